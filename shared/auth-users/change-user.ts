import type { Directory } from '../directory/directory.ts';
import type { Write } from '../platform/table/transact.ts';
import type { AuthUser } from './auth-user.ts';
import type { AuthUserChange } from './routes.ts';

/** A user with what `change` names: what is absent stays, `null` clears. */
export const withChange = (user: AuthUser, change: Omit<AuthUserChange, 'assigned_manager_id'>): AuthUser => {
  const { fullName, bio, phoneNumber, ...rest } = user;
  const kept = <T>(given: T | null | undefined, former: T | undefined) => (given === undefined ? former : given);
  const optional = {
    fullName: kept(change.full_name, fullName),
    bio: kept(change.bio, bio),
    phoneNumber: kept(change.phone_number, phoneNumber),
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined && value !== null);
  return {
    ...rest,
    ...(change.username === undefined ? {} : { username: change.username }),
    ...(change.email === undefined ? {} : { email: change.email }),
    ...Object.fromEntries(present),
  };
};

/** The writes that take the names a change brings, and free those it leaves; those alike but for case stay. */
export const claimChanges = (directory: Directory, before: AuthUser, after: AuthUser): Write[] => {
  const holder = { organizationId: after.organizationId, id: after.id };
  return (['username', 'email'] as const).flatMap((kind) => {
    const [former, next] = [before[kind], after[kind]];
    if (former?.toLowerCase() === next?.toLowerCase()) return [];
    return [
      ...(next === undefined ? [] : [directory.claim(kind, next, holder)]),
      ...(former === undefined ? [] : [directory.release(kind, former, holder)]),
    ];
  });
};
