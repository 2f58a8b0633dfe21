import { auditWrites } from '../audit-logs/audit.ts';
import { openUsers } from '../auth-users/open-users.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Notification } from '../notifications/jobs.ts';
import { showOrganization } from '../organizations/manage-organization.ts';
import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { WorkQueue } from '../platform/queue.ts';
import { dueStore } from '../platform/table/due.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import type { Closure, ClosureView } from './closure.ts';
import { closureStore } from './closure-store.ts';
import type { ClosureStep } from './jobs.ts';

export interface ClosureServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  exports: Objects;
  steps: WorkQueue<ClosureStep>;
  notifications: WorkQueue<Notification>;
  /** Pauses every campaign that runs. */
  pauseCampaigns(caller: Caller): Promise<void>;
}

const downloadSeconds = 3600;
/** When the schedule looks whether a step was forgotten. */
export const lookAgainSeconds = 120;

/** Whether an organization is on its way out: nothing is sent from it then. */
export const isClosing = async (table: Table, organizationId: OrganizationId): Promise<boolean> =>
  (await closureStore(table, organizationId).get()) !== undefined;

/** Tells every active admin with an address. */
export const tellAdmins = async (
  { table, clock, notifications }: Pick<ClosureServices, 'table' | 'clock' | 'notifications'>,
  organizationId: OrganizationId,
  notice: 'organization_closing' | 'organization_exported',
) => {
  const { items } = await openUsers(table, organizationId).page(
    undefined,
    100,
    ({ roles, active }) => active && roles.includes('admin'),
  );
  const at = clock().toISOString();
  await notifications.send(
    organizationId,
    items.flatMap(({ email }): Notification[] =>
      email === undefined ? [] : [{ organizationId, kind: 'notice', to: email, notice, at }],
    ),
  );
};

/** What admins do to close their organization. */
export const closureManagement = (services: ClosureServices) => {
  const { table, clock, ids, exports, steps } = services;
  const storeOf = ({ organizationId }: Caller) => closureStore(table, organizationId);
  const due = dueStore(table, 'closures');

  const standing = async (caller: Caller): Promise<Closure> => {
    const closure = await storeOf(caller).get();
    if (!closure) throw notFound('Closure');
    return closure;
  };

  const assertConfirmed = async ({ organizationId }: Caller, confirm: string) => {
    const { slug } = await showOrganization(table, organizationId);
    if (confirm !== slug) throw invalidField('confirm', `confirm: type the organization’s slug, ${slug}`);
  };

  const present = async ({ files, ...closure }: Closure): Promise<ClosureView> => ({
    id: closure.id,
    status: closure.status,
    requestedBy: closure.requestedBy,
    requestedAt: closure.requestedAt,
    exportedAt: closure.exportedAt ?? null,
    eraseAfter: closure.eraseAfter ?? null,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    files: await Promise.all(
      files.map(async ({ key, name, rows }) => ({
        name,
        rows,
        url: await exports.downloadUrl(key, name, downloadSeconds),
      })),
    ),
  });

  const noteOf = (action: string, { organizationId }: Caller) => ({
    action,
    resource: 'organization',
    resourceId: organizationId,
  });

  return {
    /** @throws AppError NOT_FOUND where nobody is closing it */
    show: async (caller: Caller) => present(await standing(caller)),

    /** Nothing is sent from now on; the export begins. @throws AppError VALIDATION_ERROR, CONFLICT */
    request: async (caller: Caller, confirm: string): Promise<ClosureView> => {
      await assertConfirmed(caller, confirm);
      const { organizationId } = caller;
      const now = clock();
      const closure: Closure = {
        id: ids.random(),
        status: 'exporting',
        requestedBy: { id: caller.userId, name: caller.name },
        requestedAt: now.toISOString(),
        section: 0,
        partition: 0,
        files: [],
        version: 1,
      };
      const writes = [
        storeOf(caller).create(closure),
        due.watch(organizationId, closure.id, isoAfter(now, lookAgainSeconds)),
        ...auditWrites(services, caller, noteOf('organization_closing', caller)),
      ];
      if (!(await unlessRefused(() => table.transact(writes))))
        throw new AppError('CONFLICT', 'The organization is being closed already');
      await services.pauseCampaigns(caller);
      await tellAdmins(services, organizationId, 'organization_closing');
      await steps.send(organizationId, [{ organizationId, closureId: closure.id }]);
      return present(closure);
    },

    /** Everything stays. @throws AppError NOT_FOUND, CONFLICT once erasing has begun */
    cancel: async (caller: Caller): Promise<{ message: string }> => {
      const closure = await standing(caller);
      const note = auditWrites(services, caller, noteOf('organization_closing_stopped', caller));
      const writes = [storeOf(caller).delete(closure), ...note];
      if (closure.status === 'erasing' || !(await unlessRefused(() => table.transact(writes))))
        throw new AppError('CONFLICT', 'Erasing has begun, or the export just went on: look again');
      return { message: 'The organization stays; paused campaigns can be resumed' };
    },

    /** Does not wait for the end of the grace. @throws AppError NOT_FOUND, VALIDATION_ERROR, CONFLICT before the export */
    eraseNow: async (caller: Caller, confirm: string): Promise<ClosureView> => {
      await assertConfirmed(caller, confirm);
      const closure = await standing(caller);
      if (closure.status === 'exporting') throw new AppError('CONFLICT', 'The export isn’t done yet');
      const { organizationId } = caller;
      const after: Closure = { ...closure, status: 'erasing', eraseAfter: clock().toISOString() };
      const note = auditWrites(services, caller, noteOf('organization_erasing', caller));
      const watch = due.watch(organizationId, closure.id, isoAfter(clock(), lookAgainSeconds));
      if (closure.status === 'exported' && !(await storeOf(caller).revise(closure, after, [watch, ...note])))
        throw new AppError('CONFLICT', 'Somebody else changed the closing; look again');
      await steps.send(organizationId, [{ organizationId, closureId: closure.id }]);
      return present(after);
    },
  };
};
