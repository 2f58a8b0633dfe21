import type { OrganizationId } from '../platform/organization-id.ts';
import {
  consentKeys,
  contactJobKeys,
  contactKeys,
  contactListKeys,
  customFieldKeys,
  importKeys,
} from '../platform/table/contact-keys.ts';
import {
  apiKeyKeys,
  auditKeys,
  authKeys,
  campaignKeys,
  dncKeys,
  idempotencyKeys,
  identityProviderKeys,
  invitationKeys,
  messageKeys,
  organizationKeys,
  rateLimitKeys,
  roleKeys,
} from '../platform/table/keys.ts';
import type { Table } from '../platform/table/table.ts';

/** A part of an organization's items: partitions, or what finds them from the items of other partitions. */
export interface Section {
  /** How its file is called in an export; undefined for what is nobody's to take along. */
  name?: string;
  partitions(table: Table): Promise<string[]>;
}

const fixed =
  (...partitions: readonly (string | readonly string[])[]) =>
  async () =>
    partitions.flat();

/** Partitions that follow from the sort keys of others: the parts of each user, list, import… */
const perItem =
  (parents: readonly string[], partitionsOf: (id: string) => string | readonly string[]) => async (table: Table) => {
    const found: string[] = [];
    for (const pk of parents) {
      let after: string | undefined;
      do {
        const page = await table.query({ pk, after, consistent: true });
        found.push(...page.items.flatMap(({ sk }) => partitionsOf(sk)));
        after = page.next;
      } while (after !== undefined);
    }
    return found;
  };

/**
 * Everything of an organization, without a scan: what lets people in first, what hangs on other items before those.
 * In this order it is erased, and the organization's own item goes last.
 */
export const sectionsOf = (org: OrganizationId): Section[] => {
  const lists = [contactListKeys.lists(org), contactListKeys.removals(org)];
  return [
    { partitions: perItem([authKeys.users(org)], (id) => authKeys.sessions(org, id)) },
    { partitions: fixed(apiKeyKeys.apiKeys(org), identityProviderKeys.providers(org), idempotencyKeys.answers(org)) },
    { name: 'list-members', partitions: perItem(lists, (id) => contactListKeys.memberBuckets(org, id)) },
    { partitions: perItem(lists, (id) => contactListKeys.parts(org, id)) },
    { name: 'contact-lists', partitions: fixed(contactListKeys.lists(org)) },
    { partitions: fixed(contactListKeys.removals(org), contactListKeys.names(org)) },
    {
      partitions: perItem([importKeys.jobs(org)], (id) => [
        ...contactJobKeys.traceBuckets(org, id),
        importKeys.chunks(org, id),
      ]),
    },
    { name: 'imports', partitions: fixed(importKeys.jobs(org)) },
    { name: 'import-mappings', partitions: fixed(importKeys.mappings(org)) },
    {
      name: 'campaign-targets',
      partitions: perItem([campaignKeys.campaigns(org)], (id) => campaignKeys.targetBuckets(org, id)),
    },
    { partitions: perItem([campaignKeys.campaigns(org)], (id) => campaignKeys.parts(org, id)) },
    { name: 'campaigns', partitions: fixed(campaignKeys.campaigns(org)) },
    { name: 'dnc-entries', partitions: perItem([dncKeys.lists(org)], (id) => dncKeys.entryBuckets(org, id)) },
    { name: 'dnc-lists', partitions: fixed(dncKeys.lists(org)) },
    { partitions: fixed(dncKeys.entryIds(org)) },
    { partitions: perItem([dncKeys.scrubs(org)], (id) => dncKeys.scrubBatches(org, id)) },
    { name: 'scrubs', partitions: fixed(dncKeys.scrubs(org)) },
    {
      partitions: perItem([contactJobKeys.jobs(org)], (id) => [
        ...contactJobKeys.traceBuckets(org, id),
        contactJobKeys.duplicates(org, id),
        contactJobKeys.parts(org, id),
      ]),
    },
    { partitions: fixed(contactJobKeys.jobs(org)) },
    { name: 'opt-outs', partitions: fixed(messageKeys.gates(org)) },
    { name: 'messages', partitions: fixed(messageKeys.threads(org)) },
    { name: 'consents', partitions: fixed(consentKeys.buckets(org)) },
    { name: 'contacts', partitions: fixed(contactKeys.buckets(org)) },
    {
      partitions: fixed(
        contactKeys.phoneBuckets(org),
        contactKeys.emailShards(org).flat(),
        contactKeys.nameShards(org).flat(),
        contactKeys.changeShards(org),
      ),
    },
    { name: 'custom-fields', partitions: fixed(customFieldKeys.fields(org)) },
    { name: 'roles', partitions: fixed(roleKeys.roles(org)) },
    { partitions: fixed(roleKeys.names(org), rateLimitKeys.counters(org)) },
    { name: 'invitations', partitions: fixed(invitationKeys.invitations(org)) },
    { name: 'users', partitions: fixed(authKeys.users(org)) },
    { name: 'audit-log', partitions: fixed(auditKeys.entryBuckets(org)) },
    { name: 'audit-values', partitions: fixed(auditKeys.personalBuckets(org)) },
    { partitions: fixed(auditKeys.seals(org)) },
    { name: 'organization', partitions: fixed(organizationKeys.organization(org).pk) },
  ];
};
