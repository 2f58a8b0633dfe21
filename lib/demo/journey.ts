import { setTimeout as sleep } from 'node:timers/promises';
import { authRoutes } from '../../shared/auth/routes.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { type ApiClient, ApiRefusal, apiClient, type ReplyOf } from '../api-client.ts';
import type { Handsets } from './handsets.ts';
import type { Progress } from './progress.ts';

const body = 'Hi {{firstName|there}}, our town hall is on Tuesday at 6. Reply STOP to opt out.';
/** Numbers put on Do-Not-Call before the scrub, and phones that answer STOP after the first campaign. */
const onDnc = 5;
const stopping = 3;
const pollMs = 200;
/** How long the report waits for a delivery receipt after the last one came. */
const patienceMs = 10_000;

export interface DemoFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

type ImportJob = ReplyOf<typeof importRoutes.getImport>['data'];
type Scrub = ReplyOf<typeof dncRoutes.getScrub>['data'];
type Analytics = ReplyOf<typeof campaignRoutes.getCampaignAnalytics>['data'];

export interface DemoReport {
  file: string;
  signIn: { username: string; password: string };
  import: { results: ImportJob['results']; validationErrors: ImportJob['validationErrors']; rowsPerSecond: number };
  scrub: Pick<Scrub, 'totalContacts' | 'matchedDNC' | 'cleanContacts' | 'complianceRate'>;
  campaigns: { name: string; counts: Analytics['counts'] }[];
  stopped: string[];
}

/** The main job as a client does it: sign up, upload, scrub, text, have a few answer STOP, text again. */
export const runJourney = async (
  apiUrl: string,
  handsets: Handsets,
  file: DemoFile,
  progress: Progress,
): Promise<DemoReport> => {
  progress.step('Sign up');
  const signIn = { username: `demo-${stamp()}`, password: crypto.randomUUID() };
  const api = await signUp(apiUrl, signIn);
  const sender = await connectProvider(api);
  progress.done(`organization of ${signIn.username}, sender ${sender}`);

  progress.step('Import');
  const began = performance.now();
  const job = await importFile(api, file, progress);
  const rowsPerSecond = Math.round(job.results.totalRows / ((performance.now() - began) / 1000));
  const { imported, invalidContacts, duplicates } = job.results;
  progress.done(`${imported} imported, ${duplicates} duplicates, ${invalidContacts} invalid (${rowsPerSecond} rows/s)`);
  const [list] = (await api.call(contactListRoutes.listContactLists, {})).data;
  if (!list) throw new Error('The import made no list');

  progress.step('Scrub');
  await putOnDnc(api);
  const scrub = await scrubList(api, list.id, progress);
  progress.done(`${scrub.matchedDNC} of ${scrub.totalContacts} on Do-Not-Call, ${scrub.cleanContacts} clean`);

  const campaigns: DemoReport['campaigns'] = [];
  const send = async (name: string) => {
    progress.step(name);
    const { counts } = await runCampaign(api, name, scrub.cleanListId ?? list.id, progress);
    campaigns.push({ name, counts });
    progress.done(inWords(counts));
  };
  await send('First campaign');

  progress.step('Replies');
  const stopped = await handsets.phones(stopping);
  for (const phone of stopped) await handsets.reply(phone, 'STOP');
  progress.done(`${stopped.length} phones answered STOP`);
  await send('Second campaign');

  return {
    file: file.name,
    signIn,
    import: { results: job.results, validationErrors: job.validationErrors, rowsPerSecond },
    scrub,
    campaigns,
    stopped,
  };
};

const signUp = async (apiUrl: string, { username, password }: DemoReport['signIn']): Promise<ApiClient> => {
  const api = apiClient(apiUrl);
  const { access_token } = await api.call(authRoutes.register, {
    body: { organization_name: 'Demo', username, email: `${username}@example.com`, password, full_name: 'Demo Admin' },
  });
  return api.signedIn(access_token);
};

/** A sending number belongs to one organization, so one is tried after another. */
const connectProvider = async (api: ApiClient): Promise<string> => {
  for (;;) {
    const sender = `+1${pick(['202', '212', '303', '415', '512', '617'])}${200 + chance(799)}${String(chance(10_000)).padStart(4, '0')}`;
    try {
      await api.call(organizationRoutes.setSmsProvider, {
        body: { kind: 'twilio', accountSid: `AC${hex(32)}`, authToken: hex(32), sender },
      });
      return sender;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || !['DUPLICATE', 'VALIDATION_ERROR'].includes(error.code)) throw error;
    }
  }
};

const importFile = async (api: ApiClient, file: DemoFile, progress: Progress): Promise<ImportJob> => {
  const { data } = await api.call(importRoutes.startImport, {
    body: { filename: file.name, fileSize: file.bytes.length, contentType: 'text/csv', listName: file.name },
  });
  if (!data.upload) throw new Error('The API does not say where the file goes');
  const { url, method, headers } = data.upload;
  const uploaded = await fetch(url, { method, headers, body: file.bytes });
  if (!uploaded.ok) throw new Error(`The upload was refused: ${uploaded.status} ${await uploaded.text()}`);
  for (;;) {
    const { data: job } = await api.call(importRoutes.getImport, { params: { jobId: data.jobId } });
    if (job.status === 'failed') throw new Error(`The import failed: ${job.failure?.message ?? 'no reason given'}`);
    if (job.status === 'completed') return job;
    const { validContacts, invalidContacts, totalRows } = job.results;
    progress.move(job.progress / 100, `${validContacts + invalidContacts} of ${totalRows} rows`);
    await sleep(pollMs);
  }
};

const putOnDnc = async (api: ApiClient) => {
  const { data: dncList } = await api.call(dncRoutes.createDncList, { body: { name: 'Asked not to be written to' } });
  const { data: contacts } = await api.call(contactRoutes.listContacts, { query: { limit: 50 } });
  const phones = contacts.flatMap(({ phone }) => (phone ? [phone] : [])).slice(0, onDnc);
  for (const phoneNumber of phones)
    await api.call(dncRoutes.createDncEntry, { body: { listId: dncList.id, phoneNumber, reason: 'Asked by phone' } });
};

const scrubList = async (api: ApiClient, listId: string, progress: Progress): Promise<Scrub> => {
  const { data } = await api.call(dncRoutes.startScrub, {
    body: { contactListIds: [listId], options: { createCleanList: true, cleanListName: `Clean ${stamp()}` } },
  });
  for (;;) {
    const { data: scrub } = await api.call(dncRoutes.getScrub, { params: { jobId: data.scrubJobId } });
    if (scrub.status === 'failed') throw new Error(`The scrub failed: ${scrub.failure?.message ?? 'no reason given'}`);
    if (scrub.status === 'completed') return scrub;
    progress.move(scrub.checkedContacts / Math.max(1, scrub.totalContacts), `${scrub.checkedContacts} checked`);
    await sleep(pollMs);
  }
};

const runCampaign = async (api: ApiClient, name: string, listId: string, progress: Progress): Promise<Analytics> => {
  const { data: campaign } = await api.call(campaignRoutes.createCampaign, { body: { name, listIds: [listId], body } });
  const params = { campaignId: campaign.id };
  await api.call(campaignRoutes.startCampaign, { params });
  let last = { words: '', since: performance.now() };
  for (;;) {
    const { data } = await api.call(campaignRoutes.getCampaignAnalytics, { params });
    const { total, queued, sent } = data.counts;
    const words = inWords(data.counts);
    if (words !== last.words) last = { words, since: performance.now() };
    // Delivered or not is told after the campaign is through: the report waits for that too, but not for the few
    // carriers that never tell.
    const settled = queued + sent === 0 || performance.now() - last.since > patienceMs;
    if (data.status === 'completed' && settled) return data;
    if (data.status === 'failed' || data.status === 'paused')
      throw new Error(`The campaign ${data.status}: GET /campaigns/${campaign.id} says why`);
    progress.move((total - queued - sent) / Math.max(1, total), words);
    await sleep(pollMs);
  }
};

/** The outcomes that there are, in words. */
export const inWords = ({ blocked, total, ...counts }: Analytics['counts']) =>
  [
    `${total} contacts`,
    ...Object.entries(counts).flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : [])),
    ...Object.entries(blocked).flatMap(([reason, count]) =>
      count > 0 ? [`${count} left out (${reason.replaceAll('_', ' ')})`] : [],
    ),
  ].join(', ');

const stamp = () => new Date().toISOString().slice(5, 19).replaceAll(/\D/g, '') + hex(2);
const chance = (below: number) => Math.floor(Math.random() * below);
const pick = (from: readonly string[]) => from[chance(from.length)] ?? '';
const hex = (digits: number) => Array.from({ length: digits }, () => chance(16).toString(16)).join('');
