import { rotateSigningKeys } from '../../shared/auth/rotate-signing-keys.ts';
import { rotationServices } from '../../shared/identity-services.ts';
import { scheduleHandler } from '../../shared/platform/triggers/schedule-handler.ts';

export const handler = scheduleHandler(() => rotateSigningKeys(rotationServices()));
