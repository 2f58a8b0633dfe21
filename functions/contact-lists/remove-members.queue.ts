import { MemberRemoval } from '../../shared/contact-lists/jobs.ts';
import { removeMembers } from '../../shared/contact-lists/remove-members.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { appTable, memberRemovals } from '../../shared/services.ts';

export const handler = queueHandler(MemberRemoval, (removal) =>
  removeMembers({ table: appTable(), clock: systemClock, removals: memberRemovals() }, removal),
);
