import { type Clock, isoAfter } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Write } from '../platform/table/transact.ts';
import { type AuditEntry, Said } from './audit-log.ts';
import { auditEntryItem, unsealedMarker } from './audit-store.ts';
import { personalWrites } from './personal-store.ts';
import { setApart } from './personal-values.ts';
import { digestOf } from './seal.ts';
import { whatChanged, withoutSecrets } from './what-changed.ts';

/** What was done to which thing. `before` and `after` may be whole: what is the same is left out, secrets too. */
export interface AuditNote {
  /** A verb in the past: `contact_deleted`. */
  action: string;
  resource: string;
  resourceId: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  details?: Record<string, unknown>;
  /** Names of the fields that say something of a person. Their values are kept until the thing is erased, no longer. */
  personal?: readonly string[];
  /** The thing that this one takes in, with what is kept of it. */
  absorbed?: string;
  /** By this deed the thing is erased: that it had such fields is kept, and no value. */
  erases?: boolean;
}

/** Who did it: a caller, or a part of the product. */
export type Actor = Pick<
  Caller,
  'userId' | 'name' | 'organizationId' | 'homeOrganizationId' | 'sourceIp' | 'userAgent'
> & { kind: Caller['kind'] | 'system' };

/** What the product does by itself: a schedule, a webhook. */
export const systemActor = (organizationId: OrganizationId, name: string): Actor => ({
  kind: 'system',
  organizationId,
  homeOrganizationId: organizationId,
  userId: name,
  name,
  sourceIp: '',
  userAgent: '',
});

/** Entries of this many seconds are sealed together… */
const windowSeconds = 10 * 60;
/** …when no transaction of theirs can still be under way: a function's own retries end long before. */
const graceSeconds = 2 * 60;

/** The last window, by organization, in which a marker of this execution environment stands. */
const marked = new Map<OrganizationId, string>();
const mostRemembered = 1000;
let environmentId: string | undefined;

const saltBytes = 16;

/** What a note says, and apart from that what it says of a person: with a salt, and the digest that is sealed. */
const saidBy = ({ before, after, details, personal = [], absorbed }: AuditNote, ids: Ids) => {
  const said = { ...whatChanged(before, after), ...(details ? { details: withoutSecrets(details) } : {}) };
  const { open, apart } = setApart(said, personal);
  if (Object.keys(apart).length === 0 && absorbed === undefined) return { open: Said.parse(open) };
  const values = { salt: ids.secret(saltBytes), ...(absorbed === undefined ? {} : { absorbed }), ...Said.parse(apart) };
  return { open: { ...Said.parse(open), digest: digestOf(values) }, values };
};

/**
 * The writes that record a deed, or several that are one transaction: for its end, so that the one never stands without
 * the other. The first entry of a window also leaves a marker, by which the schedule finds what to seal; it is
 * repeated until a transaction with it stands. Two write units an entry, two more where it has personal values, another
 * two where a thing takes in another; and two a window for the marker.
 */
export const auditWrites = (
  { clock, ids }: { clock: Clock; ids: Ids },
  actor: Actor,
  ...notes: readonly AuditNote[]
): Write[] => {
  const { organizationId, homeOrganizationId, kind, userId, name, sourceIp, userAgent } = actor;
  const now = clock();
  const entries = notes.flatMap((note): Write[] => {
    const { action, resource, resourceId, erases = false } = note;
    const { open, values } = saidBy(note, ids);
    const entry: AuditEntry = {
      id: ids.sequential(),
      action,
      resource,
      resourceId,
      actorKind: kind,
      userId,
      actorName: name,
      ...(homeOrganizationId === organizationId ? {} : { actingFrom: homeOrganizationId }),
      ...open,
      ipAddress: sourceIp,
      userAgent: userAgent.slice(0, 200),
      timestamp: now.toISOString(),
    };
    const put = auditEntryItem(organizationId, entry);
    return [{ put }, ...(values && !erases ? personalWrites(organizationId, entry, values) : [])];
  });
  const windowMs = windowSeconds * 1000;
  const end = new Date((Math.floor(now.getTime() / windowMs) + 1) * windowMs);
  if (marked.get(organizationId) === end.toISOString()) return entries;
  // Of this environment alone: two that mark at the same moment never conflict on one item.
  environmentId ??= ids.random();
  const marker = unsealedMarker(organizationId, environmentId, isoAfter(end, graceSeconds));
  const committed = () => {
    if (marked.size >= mostRemembered) marked.clear();
    marked.set(organizationId, end.toISOString());
  };
  return [...entries, { put: marker, committed }];
};

/** The end of the window whose marker fell due at `due` (ISO 8601). */
export const windowEnd = (due: string) => new Date(Date.parse(due) - graceSeconds * 1000);
