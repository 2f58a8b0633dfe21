import { expect, test } from 'vitest';
import { openDirectory } from '../../../shared/directory/directory-store.ts';
import { smsProviderManagement } from '../../../shared/organizations/manage-sms-provider.ts';
import { openSmsProvider, organizationOfSender } from '../../../shared/organizations/sms-provider.ts';
import { NewSmsProvider } from '../../../shared/organizations/sms-provider-settings.ts';
import { systemClock } from '../../../shared/platform/clock.ts';
import { rememberingKeyService } from '../../../shared/platform/crypto.ts';
import { systemIds } from '../../../shared/platform/id.ts';
import { organizationKeys } from '../../../shared/platform/table/keys.ts';
import { aCaller } from '../../support/a-caller.ts';
import { localKeys } from '../../support/local-keys.ts';
import { anOrganization, localTable } from '../../support/local-table.ts';

const table = await localTable();
const directory = openDirectory(table);
const kms = localKeys();
const keys = rememberingKeyService(kms);
const providers = smsProviderManagement({ table, clock: systemClock, ids: systemIds, directory, keys });
let lastNumber = 2_025_550_100;
const aNumber = () => `+1${(lastNumber += 1)}`;
const settings = (over: object = {}) =>
  NewSmsProvider.parse({
    kind: 'twilio',
    accountSid: `AC${'0123456789abcdef'.repeat(2)}`,
    authToken: 'the-secret-token',
    sender: aNumber(),
    ...over,
  });

test('tokens are sealed in the table, shown never, and open for the functions that send', async () => {
  const organizationId = anOrganization();
  const body = settings({ nextAuthToken: 'the-next-token' });

  await providers.set(aCaller(organizationId), body);

  const shown = await providers.show(organizationId);
  const stored = await table.get(organizationKeys.provider(organizationId));
  const opened = await openSmsProvider(table, keys, organizationId);
  expect(shown).toMatchObject({ accountSidEnding: 'cdef', authTokenSet: true, nextAuthTokenSet: true, version: 1 });
  expect(JSON.stringify([shown, stored])).not.toMatch(/the-secret-token|the-next-token/);
  expect(opened).toMatchObject({
    authToken: 'the-secret-token',
    nextAuthToken: 'the-next-token',
    sender: body.sender,
    keywordReplies: 'provider',
  });
  expect(await openSmsProvider(table, keys, anOrganization())).toBeUndefined();
});

test('a data key is unsealed once, not once a message', async () => {
  const organizationId = anOrganization();
  await providers.set(aCaller(organizationId), settings());
  await openSmsProvider(table, keys, organizationId);
  const before = kms.unsealed;

  await openSmsProvider(table, keys, organizationId);

  expect(kms.unsealed).toBe(before);
});

test('sealed tokens that were moved to another organization do not open', async () => {
  const [theirs, ours] = [anOrganization(), anOrganization()];
  await providers.set(aCaller(theirs), settings());
  await providers.set(aCaller(ours), settings());
  const item = await table.get(organizationKeys.provider(theirs));

  await table.put({ ...item, ...organizationKeys.provider(ours) });

  await expect(openSmsProvider(table, keys, ours)).rejects.toThrow();
});

test('a sending number belongs to one organization, whoever asks at once', async () => {
  const sender = aNumber();
  const organizations = Array.from({ length: 10 }, anOrganization);

  const results = await Promise.allSettled(organizations.map((id) => providers.set(aCaller(id), settings({ sender }))));

  const winners = organizations.filter((_id, index) => results[index]?.status === 'fulfilled');
  const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(winners).toEqual([await organizationOfSender(directory, sender)]);
  expect(refusals.every(({ code, details }) => code === 'DUPLICATE' && details.field === 'sender')).toBe(true);
});

test('a changed number is given back', async () => {
  const [first, second] = [anOrganization(), anOrganization()];
  const body = settings();
  await providers.set(aCaller(first), body);

  await providers.set(aCaller(first), settings());

  await expect(providers.set(aCaller(second), body)).resolves.toMatchObject({ sender: body.sender });
  expect(await organizationOfSender(directory, body.sender)).toBe(second);
});

test('changes at once leave one number claimed, and a stale version is refused', async () => {
  const organizationId = anOrganization();
  const bodies = Array.from({ length: 4 }, () => settings());

  await Promise.all(bodies.map((body) => providers.set(aCaller(organizationId), body)));

  const { sender, version } = await providers.show(organizationId);
  const holders = await Promise.all(bodies.map((body) => organizationOfSender(directory, body.sender)));
  expect(version).toBe(4);
  expect(bodies.filter((_body, index) => holders[index]).map((body) => body.sender)).toEqual([sender]);
  await expect(providers.set(aCaller(organizationId), settings({ version: 3 }))).rejects.toMatchObject({
    code: 'STALE_VERSION',
  });
});
