import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type RunningStack, runTemplate } from '../../../lib/local/run.ts';
import type { Runtime } from '../../../lib/local/runtime.ts';
import { synthesizeCampaign } from './fixtures/campaign-app.ts';

const lines: Parameters<Runtime['log']>[0][] = [];
let folder: string;
let stack: RunningStack;
let s3: S3Client;
let sfn: SFNClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'campaign-'));
  const assembly = synthesizeCampaign(folder);
  stack = await runTemplate({ assembly, dataFolder: null, automaticSchedules: false, log: (line) => lines.push(line) });
  const { gatewayUrl: endpoint, runtime } = stack;
  const config = { endpoint, region: runtime.region, credentials: runtime.principals.administrator };
  s3 = new S3Client({ ...config, forcePathStyle: true });
  sfn = new SFNClient(config);
});
afterAll(async () => {
  s3?.destroy();
  sfn?.destroy();
  await stack?.close();
  await rm(folder, { recursive: true, force: true });
});

const output = (name: string) => stack.outputs[`Campaign.${name}`] ?? stack.outputs[name] ?? '';
const logged = () => lines.map((line) => JSON.stringify(line)).join('\n');

async function runCampaign(items: object[], input: object) {
  const Bucket = output('BucketName');
  const Body = items.map((item) => JSON.stringify(item)).join('\n');
  await s3.send(new PutObjectCommand({ Bucket, Key: 'manifest.jsonl', Body }));
  const stateMachineArn = output('MachineArn');
  const text = JSON.stringify({ key: 'manifest.jsonl', ...input });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: text }));
  const describe = async () => await sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await describe()).status, { timeout: 30_000 }).not.toBe('RUNNING');
  return await describe();
}

async function objectOf(Key: string): Promise<unknown> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: output('BucketName'), Key }));
  return JSON.parse((await Body?.transformToString()) ?? 'null');
}
const Output = z.object({ run: z.object({ ResultWriterDetails: z.object({ Key: z.string() }) }) });
const Results = z.array(z.object({ Output: z.string().optional(), Error: z.string().optional() }));

test('a run maps over its manifest under the policies of the template and writes its results', async () => {
  const items = Array.from({ length: 1050 }, (_, n) => ({ n, bad: n === 1049 }));

  const run = await runCampaign(items, { campaign: 'c1' });

  expect(run).toMatchObject({ status: 'SUCCEEDED' });
  const { Key } = Output.parse(JSON.parse(run.output ?? '')).run.ResultWriterDetails;
  const succeeded = Results.parse(await objectOf(Key.replace('manifest', 'SUCCEEDED_0')));
  const failed = Results.parse(await objectOf(Key.replace('manifest', 'FAILED_0')));
  expect(succeeded.map(({ Output: text }) => JSON.parse(text ?? ''))).toEqual(
    Array.from({ length: 10 }, () => ({ sent: 100, campaign: 'c1' })),
  );
  expect(failed.map(({ Error: name }) => name)).toEqual(['RangeError']);
  expect(stack.runtime.gateway.denials).toEqual([]);
});

test('the meter counts the transitions of a run and of its children, as AWS bills them', async () => {
  stack.runtime.gateway.meter.reset();

  await runCampaign(
    Array.from({ length: 150 }, (_, n) => ({ n })),
    { campaign: 'c2', silent: true },
  );

  const transitions = stack.runtime.gateway.meter.snapshot().find(({ operation }) => operation === 'StateTransition');
  // Start, map, choice, succeed, end; and start, task, end for each of two batches.
  expect(transitions?.requests).toBe(5 + 2 * 3);
});

test('the message that a run sends reaches the function behind the queue', async () => {
  await runCampaign([{ n: 1 }], { campaign: 'announced-campaign' });

  await expect.poll(logged).toContain('messages announced-campaign');
});

test('a schedule that is fired reaches its function by the permission of its rule', async () => {
  const [schedule] = [...stack.runtime.schedules.values()];

  await schedule?.fire();

  expect(schedule?.expression).toBe('cron(0 3 * * ? *)');
  await expect.poll(logged).toMatch(/fired arn:aws:events:us-east-1:000000000000:rule\//);
});
