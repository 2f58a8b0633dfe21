import { auditWrites } from '../audit-logs/audit.ts';
import type { Directory } from '../directory/directory.ts';
import { AppError } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused, type Write } from '../platform/table/transact.ts';
import type { OrganizationServices } from './manage-organization.ts';
import type { NewOrganization, Organization, SubscriptionTier } from './organization.ts';
import { defaultSettings } from './organization-settings.ts';
import { organizationStore } from './organization-store.ts';

/** A name as addresses can have it: `Åse's Café` is `ase-s-cafe`. */
const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-+|-+$/g, '') || 'organization';

/** Slugs that are tried for a name that many organizations share, each with another ending. */
export const mostSlugs = 5;

/** The slug to try for a name: itself first, then with a random ending. */
export const slugFor = (name: string, ids: Ids, attempt: number) =>
  attempt === 0 ? slugOf(name) : `${slugOf(name)}-${ids.random().slice(0, 4 + attempt)}`;

/** The writes that make an organization, for the transaction of whatever else makes it: first the claim of its slug. */
export const organizationCreation = (
  { table, directory }: { table: Table; directory: Directory },
  given: { id: OrganizationId; name: string; slug: string; tier: SubscriptionTier; now: string },
): { organization: Organization; writes: [Write, Write] } => {
  const { id, name, slug, tier, now } = given;
  const organization: Organization = {
    id,
    name,
    slug,
    settings: defaultSettings,
    subscriptionTier: tier,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  const claim = directory.claim('slug', slug, { organizationId: id, id });
  return { organization, writes: [claim, organizationStore(table, id).create(organization)] };
};

/** An organization without members, made by a superuser: its first admin comes by an invitation. */
export const createOrganization = async (
  services: OrganizationServices & { directory: Directory; registrationTier: SubscriptionTier },
  caller: Caller,
  { name, subscriptionTier = services.registrationTier }: NewOrganization,
): Promise<Organization> => {
  const { table, clock, ids } = services;
  const id = OrganizationId.parse(ids.random());
  for (let attempt = 0; attempt < mostSlugs; attempt += 1) {
    const slug = slugFor(name, ids, attempt);
    const now = clock().toISOString();
    const { organization, writes } = organizationCreation(services, { id, name, slug, tier: subscriptionTier, now });
    const note = {
      action: 'organization_created',
      resource: 'organization',
      resourceId: id,
      after: { name, slug, subscriptionTier },
    };
    try {
      await table.transact([...writes, ...auditWrites({ clock, ids }, { ...caller, organizationId: id }, note)]);
      return organization;
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      // The claim is free or ours, and the record stands: our first try, whose answer was lost.
      if (!error.refused.has(0)) return organization;
    }
  }
  throw new AppError('UNAVAILABLE', 'No free name was found for the organization: try again');
};
