import type { AuthUser } from '../auth-users/auth-user.ts';
import type { Notification } from '../notifications/jobs.ts';
import type { Clock } from '../platform/clock.ts';
import type { WorkQueue } from '../platform/queue.ts';

type Notice = Extract<Notification, { kind: 'notice' }>['notice'];

/** Tells a user what was done to the account, at the address that is given or the user's own. */
export const noticeTo = async (
  { clock, notifications }: { clock: Clock; notifications: WorkQueue<Notification> },
  { organizationId, email }: Pick<AuthUser, 'organizationId' | 'email'>,
  notice: Notice,
  { sourceIp }: { sourceIp: string },
): Promise<void> => {
  if (email === undefined) return;
  const at = clock().toISOString();
  await notifications.send(organizationId, [{ organizationId, kind: 'notice', to: email, notice, at, sourceIp }]);
};
