import { campaignRoutes } from '../shared/campaigns/routes.ts';
import { contactListRoutes } from '../shared/contact-lists/routes.ts';
import { contactRoutes } from '../shared/contacts/routes.ts';
import { dncRoutes } from '../shared/dnc/routes.ts';
import { organizationRoutes } from '../shared/organizations/routes.ts';
import { campaignKeys, dncKeys } from '../shared/platform/table/keys.ts';
import { type Cost, costPerMillion } from './prices.ts';
import { type Bench, type BenchOptions, figure, type Report } from './support/bench.ts';
import { importCounted } from './support/contact-file.ts';
import { idleMonth } from './support/idle-month.ts';
import { callsBetween, readMeter, usedBetween } from './support/meter.ts';
import { type BenchOrganization, signUp } from './support/organization.ts';
import { waitForStatus } from './support/quiet.ts';
import { type StackAddresses, withStack } from './support/stack.ts';

const usualRows = 5000;
const warmUpRows = 200;
const requests = 300;
const numbersOnDnc = 20;
const textedRows = 600;
/** The first made-up phones are those that the simulated provider plays tricks with. */
const trickRows = 600;

export const costBench: Bench = {
  about: 'dollars per million of each main job, from what AWS would bill for it',
  run: (options, report) =>
    withStack(options, async (stack) => {
      // By somebody else: contacts that exist already would be billed differently.
      await importCounted(stack, await signUp(stack.apiUrl), warmUpRows);
      const run = { stack, report, ...(await signUp(stack.apiUrl)) };
      const listId = await importing(run, options.rows ?? usualRows);
      await reading(run);
      await creating(run);
      await scrubbing(run, listId);
      await sending(run);
      await nothing(options, stack, report);
    }),
};

type Run = BenchOrganization & { stack: StackAddresses; report: Report };

/** Counts what `work` uses; it answers how many jobs that were. `atMost` is the ceiling of measures.md, in dollars. */
const meter = async ({ stack, report }: Run, job: string, atMost: number | null, work: () => Promise<number>) => {
  const before = await readMeter(stack.controlUrl);
  const jobs = await work();
  const after = await readMeter(stack.controlUrl);
  const used = usedBetween(before, after);
  const cost = costPerMillion(used, jobs);
  const ceiling = atMost === null ? '' : ` (at most $${atMost.toFixed(2)})`;
  report(`${job}: $${cost.total.toFixed(2)} per million${ceiling}, from ${figure(jobs)}`, {
    measure: job,
    jobs,
    dollarsPerMillion: cost.total,
    ...(atMost === null ? {} : { atMost }),
    parts: cost.parts,
    used,
  });
  for (const line of partsInWords(cost)) report(line, { measure: `${job} part`, line: line.trim() });
  const calls = callsBetween(before, after).map((call) => ({ ...call, perJob: call.requests / jobs }));
  const often = calls.filter(({ perJob }) => perJob >= 0.001);
  report(`    calls: ${often.map(({ name, perJob }) => `${figure(perJob)} ${name}`).join(', ')}`, {
    measure: `${job} calls`,
    calls,
  });
};

/** Parts below a cent are left out. Lambda's time is this machine's; all else is counted. */
const partsInWords = ({ parts }: Cost) =>
  parts
    .filter(({ dollars }) => dollars >= 0.005)
    .map(
      ({ of, used, dollars }) =>
        `    $${dollars.toFixed(2)} ${of}, ${figure(used / 1e6)} each${of === 'lambdaGbSeconds' ? ' (time on this machine)' : ''}`,
    );

const importing = async (run: Run, rows: number) => {
  let list = '';
  // With every index of contacts: names either way round, company, last change.
  await meter(run, 'import a contact', 5.5, async () => {
    const { imported, listId } = await importCounted(run.stack, run, rows);
    list = listId;
    return imported;
  });
  return list;
};

const reading = async (run: Run) => {
  const { api } = run;
  const { data: contacts } = await api.call(contactRoutes.listContacts, { query: { limit: 50 } });
  const read = (contactId: string) => api.call(contactRoutes.getContact, { params: { contactId } });
  await meter(run, 'read one contact', 2.5, async () => {
    for (let made = 0; made < requests; made += 1) await read(contacts[made % contacts.length]?.id ?? '');
    return requests;
  });
};

const creating = async (run: Run) => {
  const { data: lists } = await run.api.call(contactListRoutes.listContactLists, {});
  const listIds = lists.slice(0, 1).map(({ id }) => id);
  await meter(run, 'create a contact in a list', null, async () => {
    for (let made = 0; made < requests; made += 1) {
      const body = { firstName: 'Ben', email: `ben${made}@example.net`, phone: `+1415${3_000_000 + made}`, listIds };
      await run.api.call(contactRoutes.createContact, { body });
    }
    return requests;
  });
};

const scrubbing = async (run: Run, listId: string) => {
  const { api, claims, stack } = run;
  const { data: dncList } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked not to be written to' } });
  const { data: contacts } = await api.call(contactRoutes.listContacts, { query: { limit: 50 } });
  for (const { phone } of contacts.slice(0, numbersOnDnc))
    if (phone) await api.call(dncRoutes.createDncEntry, { body: { listId: dncList.id, phoneNumber: phone } });
  await meter(run, 'scrub a contact (own list)', 0.15, async () => {
    const { data } = await api.call(dncRoutes.startScrub, { body: { contactListIds: [listId] } });
    await waitForStatus(stack, dncKeys.scrub(claims.org, data.scrubJobId), ['completed', 'failed']);
    const { data: scrub } = await api.call(dncRoutes.getScrub, { params: { jobId: data.scrubJobId } });
    return scrub.checkedContacts;
  });
};

/** A campaign with all callbacks of its messages, which all arrive. */
const sending = async (run: Run) => {
  const { api, claims, stack } = run;
  const hex = claims.org.replaceAll('-', '');
  await api.call(organizationRoutes.setSmsProvider, {
    body: { kind: 'twilio', accountSid: `AC${hex}`, authToken: hex, sender: '+12025550199' },
  });
  const { listId } = await importCounted(stack, run, textedRows, trickRows);
  const body = 'Hi {{firstName|there}}, our town hall is on Tuesday at 6. Reply STOP to opt out.';
  await meter(run, 'send an SMS', 12, async () => {
    const { data: campaign } = await api.call(campaignRoutes.createCampaign, {
      body: { name: 'Town hall', listIds: [listId], body },
    });
    const params = { campaignId: campaign.id };
    await api.call(campaignRoutes.startCampaign, { params });
    await waitForStatus(stack, campaignKeys.campaign(claims.org, campaign.id), ['completed', 'failed', 'paused']);
    const { data } = await api.call(campaignRoutes.getCampaign, { params });
    const { sent, delivered, undelivered, failed } = data.counts;
    run.report(`  ${JSON.stringify(data.counts)}`, { measure: 'send an SMS counts', counts: data.counts });
    return sent + delivered + undelivered + failed;
  });
};

const nothing = async ({ assembly }: BenchOptions, stack: StackAddresses, report: Report) => {
  const { dollars, total } = await idleMonth(assembly, stack);
  const parts = Object.entries(dollars).map(([name, part]) => `${name} $${part.toFixed(2)}`);
  report(`nothing: $${total.toFixed(2)} a month (at most $5.00): ${parts.join(', ')}; storage apart`, {
    measure: 'nothing',
    dollarsPerMonth: total,
    atMost: 5,
    parts: dollars,
  });
};
