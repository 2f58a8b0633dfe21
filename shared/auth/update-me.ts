import { auditWrites } from '../audit-logs/audit.ts';
import type { AuthUserView } from '../auth-users/auth-user.ts';
import { claimChanges, withChange } from '../auth-users/change-user.ts';
import { taken } from '../auth-users/create-user.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { presentUser } from '../auth-users/present-users.ts';
import type { AuthUserChange } from '../auth-users/routes.ts';
import { AppError } from '../errors.ts';
import type { UserCaller } from '../platform/http/route.ts';
import { accountOf, atHome, busy } from './current-user.ts';
import type { SignInServices } from './sign-in.ts';

export type MeChange = Pick<AuthUserChange, 'username' | 'full_name' | 'bio' | 'phone_number'>;

/**
 * Changes what the caller says of itself; null clears.
 * @throws AppError DUPLICATE naming username, CONFLICT for a phone to which codes go
 */
export const updateMe = async (
  services: SignInServices,
  caller: UserCaller,
  change: MeChange,
): Promise<AuthUserView> => {
  const { table, clock, directory } = services;
  const { user: before } = await accountOf(services, caller);
  const after = { ...withChange(before, change), updatedAt: clock().toISOString() };
  const byPhone = before.verificationMethod === 'sms' || before.verificationMethod === 'whatsapp';
  if (byPhone && after.phoneNumber !== before.phoneNumber)
    throw new AppError('CONFLICT', 'Codes go to this phone: change it with POST /auth/me/second-step', {
      field: 'phone_number',
    });
  const note = { action: 'profile_changed', resource: 'auth_user', resourceId: before.id, before, after };
  const others = [...claimChanges(directory, before, after), ...auditWrites(services, atHome(caller), note)];
  if (!(await openUsers(table, before.organizationId).revise(before, after, { others }))) {
    const holder = await directory.holder('username', after.username);
    if (holder && holder.id !== before.id) throw taken('username');
    throw busy();
  }
  return presentUser(table, after);
};
