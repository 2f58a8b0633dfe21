import { MemberRemoval } from '../../shared/contact-lists/jobs.ts';
import { removeMembers } from '../../shared/contact-lists/remove-members.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { appTable, memberRemovals } from '../../shared/services.ts';

export const handler = queueHandler(MemberRemoval, (removal) => removeMembers(appTable(), memberRemovals(), removal));
