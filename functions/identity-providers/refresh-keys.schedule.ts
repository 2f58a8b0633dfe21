import { refreshDue } from '../../shared/identity-providers/refresh-keys.ts';
import { identityProviderServices } from '../../shared/identity-services.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';

export const handler = scheduleHandler(() => refreshDue(identityProviderServices()));
