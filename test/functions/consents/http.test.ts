import { expect, test } from 'vitest';
import { auditLogRoutes } from '../../../shared/audit-logs/routes.ts';
import { consentRoutes } from '../../../shared/consents/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import { signUp } from '../../support/sign-up.ts';

const aContact = async (phone?: string) => {
  const owner = await signUp();
  const { data } = await owner.api.call(contactRoutes.createContact, { body: { email: 'ada@example.com', phone } });
  return { ...owner, contact: data, params: { contactId: data.id } };
};

test('a consent is recorded with its proof, and read under either name of a contact', async () => {
  const { api, send, session, contact, params } = await aContact('(202) 555-0123');
  const proof = {
    kind: 'express_written',
    source: 'Web form',
    wording: 'Texts from Harbor. Msg & data rates may apply.',
    url: 'https://harbor.example/join',
    ip: '192.0.2.7',
  };

  const created = await send('POST', `/leads/${contact.id}/consents`, {
    ...proof,
    givenAt: '2026-01-05T10:00:00+02:00',
  });
  await api.call(contactRoutes.updateContact, { params, body: { phone: '(202) 555-0124' } });
  const { data: later } = await api.call(consentRoutes.recordConsent, { params, body: { source: 'On paper' } });
  const { data: read } = await api.call(consentRoutes.listConsents, { params });
  const underAlias = await send('GET', `/leads/${contact.id}/consents`);
  const { data: log } = await api.call(auditLogRoutes.listAuditLogs, { query: { limit: 100 } });

  expect(created.status).toBe(201);
  expect(read).toEqual([later, consentRoutes.recordConsent.returns.parse(created.body).data]);
  expect(read[1]).toMatchObject({
    ...proof,
    contactId: contact.id,
    phone: '+12025550123',
    status: 'granted',
    givenAt: '2026-01-05T08:00:00.000Z',
    recordedBy: session.user.id,
    importJobId: null,
  });
  expect(later).toMatchObject({ phone: '+12025550124', kind: null, givenAt: later.recordedAt });
  expect(underAlias.body).toMatchObject({ data: read });
  expect(log.filter(({ action }) => action === 'consent_recorded')).toMatchObject([
    { resourceId: contact.id, details: { source: 'On paper', phone: '+12025550124' } },
    { resourceId: contact.id, details: { source: 'Web form', ip: '192.0.2.7' } },
  ]);
});

test('proof that cannot be is refused, and the field is named', async () => {
  const { send, contact } = await aContact();
  const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString();

  const refused = await Promise.all(
    [
      {},
      { source: ' ' },
      { source: 'Form', givenAt: tomorrow },
      { source: 'Form', givenAt: '0000-01-01T00:00:00+14:00' },
      { source: 'Form', givenAt: 'yesterday' },
      { source: 'Form', ip: '999.1.1.1' },
      { source: 'Form', url: 'javascript:alert(1)' },
      { source: 'Form', kind: 'implied' },
    ].map((body) => send('POST', `/contacts/${contact.id}/consents`, body)),
  );

  expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 422));
  expect(refused.map(({ body }) => body)).toMatchObject(
    ['source', 'source', 'givenAt', 'givenAt', 'givenAt', 'ip', 'url', 'kind'].map((field) => ({
      error: { details: { field } },
    })),
  );
});

test('consents come in pages, the latest first, and a made-up cursor leads nowhere else', async () => {
  const { api, send, contact, params } = await aContact();
  for (const day of [3, 1, 2])
    await api.call(consentRoutes.recordConsent, {
      params,
      body: { source: `Day ${day}`, givenAt: `2026-01-0${day}T00:00:00Z` },
    });

  const first = await api.call(consentRoutes.listConsents, { params, query: { limit: 2 } });
  const second = await api.call(consentRoutes.listConsents, {
    params,
    query: { limit: 2, cursor: first.pagination.nextCursor ?? '' },
  });
  const cursor = Buffer.from(JSON.stringify([7, 'zzz#zzz'])).toString('base64url');
  const madeUp = await send('GET', `/contacts/${contact.id}/consents?cursor=${cursor}`);

  expect(first.data.map(({ source }) => source)).toEqual(['Day 3', 'Day 2']);
  expect(second.data.map(({ source }) => source)).toEqual(['Day 1']);
  expect(second.pagination.nextCursor).toBeNull();
  expect(madeUp.status).toBe(200);
});

test('a deleted contact’s consents are gone with it, however many', async () => {
  const { api, send, contact, params } = await aContact();
  for (let index = 0; index < 12; index += 1)
    await api.call(consentRoutes.recordConsent, { params, body: { source: `Form ${index}` } });

  await api.call(contactRoutes.deleteContact, { params });
  const answers = await Promise.all([
    send('GET', `/contacts/${contact.id}/consents`),
    send('POST', `/contacts/${contact.id}/consents`, { source: 'Form' }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});
