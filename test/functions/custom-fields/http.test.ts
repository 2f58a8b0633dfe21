import { expect, test } from 'vitest';
import type { ApiClient } from '../../../lib/api-client.ts';
import { auditLogRoutes } from '../../../shared/audit-logs/routes.ts';
import { contactRoutes } from '../../../shared/contacts/routes.ts';
import type { NewCustomField } from '../../../shared/custom-fields/custom-field.ts';
import { customFieldRoutes } from '../../../shared/custom-fields/routes.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { signUp } from '../../support/sign-up.ts';

const define = async (api: ApiClient, body: NewCustomField) =>
  (await api.call(customFieldRoutes.createCustomField, { body })).data;

test('fields are defined, listed by name, changed and forgotten, and the log tells it', async () => {
  const { api, send } = await signUp();
  const plan = await define(api, { name: 'Plan', type: 'choice', choices: ['Free', 'Paid'], label: 'Price plan' });
  const born = await define(api, { name: 'born', type: 'date' });

  const listed = await api.call(customFieldRoutes.listCustomFields, {});
  const { data: changed } = await api.call(customFieldRoutes.updateCustomField, {
    params: { fieldId: plan.id },
    body: { choices: ['Paid', 'Gold'], label: null, name: 'Plan', type: 'choice', version: 1 },
  });
  const deleted = await send('DELETE', `/custom-fields/${born.id}`);

  expect(listed.data).toEqual([born, plan]);
  expect(plan).toMatchObject({ label: 'Price plan', choices: ['Free', 'Paid'], version: 1 });
  expect(born).toMatchObject({ label: null, choices: null });
  expect(changed).toMatchObject({ label: null, choices: ['Paid', 'Gold'], version: 2 });
  expect(deleted).toMatchObject({ status: 200, body: { message: 'Custom field deleted' } });
  expect((await send('DELETE', `/custom-fields/${born.id}`)).status).toBe(404);
  expect((await api.call(customFieldRoutes.listCustomFields, {})).data).toEqual([changed]);
  const { data: log } = await api.call(auditLogRoutes.listAuditLogs, { query: { resource: 'custom_field' } });
  expect(log).toMatchObject([
    { action: 'custom_field_deleted', resourceId: born.id },
    { action: 'custom_field_updated', before: { choices: ['Free', 'Paid'] }, after: { choices: ['Paid', 'Gold'] } },
    { action: 'custom_field_created', after: { name: 'born', type: 'date' } },
    { action: 'custom_field_created', resourceId: plan.id },
  ]);
});

test('type and name stay, and the answer says so', async () => {
  const { api, send } = await signUp();
  const { id } = await define(api, { name: 'Score', type: 'number' });
  const bodies = [{ type: 'text' }, { name: 'Points' }, { choices: ['1'] }, { version: 7 }, { label: 'x'.repeat(101) }];

  const answers = await Promise.all(bodies.map((body) => send('PUT', `/custom-fields/${id}`, body)));

  expect(answers).toMatchObject([
    { status: 422, body: { error: { message: /stays of the type number/, details: { field: 'type' } } } },
    { status: 422, body: { error: { message: /keeps its name/, details: { field: 'name' } } } },
    { status: 422, body: { error: { details: { field: 'choices' } } } },
    { status: 409, body: { error: { code: 'STALE_VERSION', details: { version: 1 } } } },
    { status: 422, body: { error: { details: { field: 'label' } } } },
  ]);
});

test('a name is defined once whatever its case, however many ask at once, and a forgotten one is free', async () => {
  const { api, send } = await signUp();
  const names = ['Score', 'score', 'SCORE', ' Score '];

  const answers = await Promise.all(names.map((name) => send('POST', '/custom-fields', { name, type: 'number' })));

  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  const [field] = (await api.call(customFieldRoutes.listCustomFields, {})).data;
  const refused = answers.filter(({ status }) => status === 409).map(({ body }) => body);
  const details = { field: 'name', fieldId: field?.id };
  expect(refused).toMatchObject(refused.map(() => ({ error: { code: 'DUPLICATE', details } })));
  await send('DELETE', `/custom-fields/${field?.id}`);
  expect(await refusalOf(define(api, { name: 'sCoRe', type: 'text' }))).toBe('answered');
});

test('an organization defines a hundred fields and no more', async () => {
  const { api } = await signUp();
  for (let tens = 0; tens < 10; tens += 1)
    await Promise.all(
      Array.from({ length: 10 }, (_, ones) => define(api, { name: `Field ${tens}${ones}`, type: 'text' })),
    );

  expect(await refusalOf(define(api, { name: 'One more', type: 'text' }))).toBe('409 CONFLICT');
});

test('a contact takes values of the defined types only, new or changed, under either verb', async () => {
  const { api, send } = await signUp();
  await define(api, { name: 'Score', type: 'number' });
  await define(api, { name: 'Born', type: 'date' });
  await define(api, { name: 'Plan', type: 'choice', choices: ['Free', 'Paid'] });

  const { data: contact } = await api.call(contactRoutes.createContact, {
    body: { phone: '2025550123', customFields: { score: 7, Born: '2001-02-03T10:00:00Z', plan: 'FREE', other: 'x' } },
  });
  const refused = await Promise.all([
    send('POST', '/contacts', { phone: '2025550124', customFields: { Score: '7' } }),
    send('POST', '/contacts/manual', { phone: '2025550124', customFields: { Born: 'May 31' } }),
    send('PUT', `/contacts/${contact.id}`, { customFields: { Plan: 'Gold' } }),
    send('PATCH', `/leads/${contact.id}`, { customFields: { plan: true } }),
  ]);
  const { data: kept } = await api.call(contactRoutes.updateContact, {
    params: { contactId: contact.id },
    body: { notes: 'Met at the fair' },
  });
  const { data: replaced } = await api.call(contactRoutes.updateContact, {
    params: { contactId: contact.id },
    body: { customFields: { plan: 'paid' } },
  });
  const { data: cleared } = await api.call(contactRoutes.updateContact, {
    params: { contactId: contact.id },
    body: { customFields: {} },
  });

  expect(contact.customFields).toEqual({ Score: 7, Born: '2001-02-03', Plan: 'Free', other: 'x' });
  expect(refused).toMatchObject(
    ['Score', 'Born', 'Plan', 'plan'].map((name) => ({
      status: 422,
      body: { error: { code: 'VALIDATION_ERROR', details: { field: `customFields.${name}` } } },
    })),
  );
  expect(kept.customFields).toEqual(contact.customFields);
  expect(replaced.customFields).toEqual({ Plan: 'Paid' });
  expect(cleared.customFields).toEqual({});
  expect((await api.call(contactRoutes.listContacts, {})).pagination.total).toBe(1);
});

test('values outlive their definition, and definitions are an organization’s own', async () => {
  const [mine, theirs] = [await signUp(), await signUp()];
  const { id } = await define(mine.api, { name: 'Score', type: 'number' });
  const { data: contact } = await mine.api.call(contactRoutes.createContact, {
    body: { phone: '2025550123', customFields: { Score: 7 } },
  });
  const params = { contactId: contact.id };

  await mine.api.call(customFieldRoutes.deleteCustomField, { params: { fieldId: id } });

  expect((await mine.api.call(contactRoutes.getContact, { params })).data.customFields).toEqual({ Score: 7 });
  const body = { customFields: { Score: 'high' } };
  const { data: changed } = await mine.api.call(contactRoutes.updateContact, { params, body });
  expect(changed.customFields).toEqual({ Score: 'high' });
  await define(mine.api, { name: 'Score', type: 'number' });
  expect(
    await refusalOf(theirs.api.call(contactRoutes.createContact, { body: { phone: '2025550123', ...body } })),
  ).toBe('answered');
});
