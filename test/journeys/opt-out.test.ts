import { expect, test } from 'vitest';
import { importFile } from '../support/import-file.ts';
import { fileOf, phoneAt } from '../support/made-up-phones.ts';
import { runCampaign, targetsOf } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';

const phones = Array.from({ length: 7 }, (_, index) => phoneAt(index));
const body = 'Doors open at 6. Reply STOP to opt out.';

/** An organization with a list of all phones. */
const sender = async () => {
  const { api } = await signUp();
  const provider = await connectProvider(api);
  const job = await importFile(api, { name: 'a.csv', content: fileOf(phones), listName: 'All' });
  const send = async () => {
    const { campaignId } = await runCampaign(api, { listIds: [job.listId ?? ''], body });
    return Object.fromEntries((await targetsOf(api, campaignId)).map(({ phone, reason }) => [phone, reason]));
  };
  return { provider, send };
};

test('every way to say STOP is obeyed by the next campaign, and START lifts it', { timeout: 120_000 }, async () => {
  const { provider, send } = await sender();
  const words = ['STOP', 'opt out', 'Please stop texting me', 'ＳＴＯＰ', 'Can we end this?', 'restart at 6?', 'HELP'];

  const answers = [];
  for (const [index, phone] of phones.entries()) answers.push(await provider.reply(phone, words[index] ?? ''));
  const stopped = await send();
  await provider.reply(phoneAt(0), 'START');
  await provider.reply(phoneAt(1), 'unstop');
  const lifted = await send();

  expect(answers.map(({ webhook }) => webhook?.status)).toEqual(phones.map(() => 200));
  expect(answers.map(({ answers: told }) => told.length)).toEqual([1, 1, 1, 1, 1, 0, 1]);
  const out = 'opted_out';
  const reasons = (...all: (string | null)[]) => Object.fromEntries(phones.map((phone, index) => [phone, all[index]]));
  expect(stopped).toEqual(reasons(out, out, out, out, out, null, null));
  expect(lifted).toEqual(reasons(null, null, out, out, out, null, null));
});

test('a STOP to one organization says nothing to another', { timeout: 120_000 }, async () => {
  const [one, other] = [await sender(), await sender()];
  await one.provider.reply(phoneAt(0), 'STOP');

  const [ofOne, ofOther] = [await one.send(), await other.send()];

  expect([ofOne[phoneAt(0)], ofOther[phoneAt(0)]]).toEqual(['opted_out', null]);
  expect((await other.provider.sent()).filter(({ to }) => to === phoneAt(0))).toHaveLength(1);
});
