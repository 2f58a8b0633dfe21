import { auditWrites } from '../audit-logs/audit.ts';
import { standingContact } from '../contacts/standing-contact.ts';
import { AppError, invalidField } from '../errors.ts';
import { shutByRevocation } from '../messages/told-opt-outs.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import { missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import { type Consent, canBeGiven, type NewConsent } from './consent.ts';
import { consentStore } from './consent-store.ts';

/** Tries when others change the same contact at the same moment. */
const mostAttempts = 5;

/**
 * Records a consent for the phone that the contact has at this moment. A revocation shuts the phone's gate in the same
 * transaction; a consent opens none.
 * @throws AppError NOT_FOUND, CONFLICT; VALIDATION_ERROR for a time that can't be
 */
export const recordConsent = async (
  { table, clock, ids }: { table: Table; clock: Clock; ids: Ids },
  caller: Caller,
  contactId: string,
  { givenAt, kind, wording, url, ip, ...given }: NewConsent,
): Promise<Consent> => {
  const { organizationId, userId } = caller;
  const now = clock();
  const moment = givenAt === undefined ? now : new Date(givenAt);
  if (!canBeGiven(moment, now))
    throw invalidField('givenAt', 'givenAt: a consent was given in the past, and since there are text messages');
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const { phone, stands } = await standingContact(table, organizationId, contactId);
    const consent: Consent = {
      ...given,
      id: ids.sequential(),
      contactId,
      phone,
      kind: kind ?? null,
      wording: wording ?? null,
      url: url ?? null,
      ip: ip ?? null,
      givenAt: moment.toISOString(),
      recordedBy: userId,
      recordedAt: now.toISOString(),
      importJobId: null,
    };
    const note = {
      action: 'consent_recorded',
      resource: 'contact',
      resourceId: contactId,
      details: consent,
      personal: ['phone', 'wording', 'url', 'ip'],
    };
    const writes = [
      stands,
      { put: consentStore(table, organizationId).item(consent), if: missing('pk') },
      ...(consent.status === 'revoked' && phone !== null
        ? [shutByRevocation(table, organizationId, phone, consent.recordedAt)]
        : []),
      ...auditWrites({ clock, ids }, caller, note),
    ];
    if (await unlessRefused(() => table.transact(writes))) return consent;
  }
  throw new AppError('CONFLICT', 'Others are changing this contact; try again');
};
