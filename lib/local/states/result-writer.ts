import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { ChildResult, MapResults } from './map-results.ts';
import { StateError } from './state-error.ts';

export const ResultLocation = z.strictObject({ Bucket: z.string(), Prefix: z.string().optional() });

interface ResultFile {
  path: string;
  count: number;
}

/**
 * Results as a ResultWriter leaves them in S3, under `PREFIX/RUN/`: SUCCEEDED_0.json, FAILED_0.json and manifest.json,
 * in the shape of AWS. Collected in temporary files, so that a long run holds nothing. Fails with
 * States.ResultWriterFailed.
 */
export async function resultsInS3(
  s3: S3Client,
  { Bucket, Prefix = '' }: z.infer<typeof ResultLocation>,
  mapRunArn: string,
): Promise<MapResults> {
  const folder = await mkdtemp(join(tmpdir(), 'map-results-'));
  const files: Record<'SUCCEEDED' | 'FAILED', ResultFile> = {
    SUCCEEDED: { path: join(folder, 'SUCCEEDED_0.json'), count: 0 },
    FAILED: { path: join(folder, 'FAILED_0.json'), count: 0 },
  };
  const runId = mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1);
  const keyPrefix = `${Prefix.replace(/\/$/, '')}${Prefix === '' ? '' : '/'}${runId}`;
  let written = Promise.resolve();

  async function upload(status: keyof typeof files) {
    const { path, count } = files[status];
    if (count === 0) return [];
    await appendFile(path, ']');
    const [Key, { size: Size }] = [`${keyPrefix}/${status}_0.json`, await stat(path)];
    const object = { Bucket, Key, ContentLength: Size, ContentType: 'application/json' };
    await s3.send(new PutObjectCommand({ ...object, Body: createReadStream(path) }));
    return [{ Key, Size }];
  }

  return {
    add(child) {
      const file = files[child.outcome.ok ? 'SUCCEEDED' : 'FAILED'];
      const line = `${file.count++ === 0 ? '[' : ',\n'}${JSON.stringify(entryOf(child))}`;
      written = written.then(() => appendFile(file.path, line));
      return written;
    },
    async finish() {
      try {
        const ResultFiles = { FAILED: await upload('FAILED'), PENDING: [], SUCCEEDED: await upload('SUCCEEDED') };
        const Key = `${keyPrefix}/manifest.json`;
        const Body = JSON.stringify({ DestinationBucket: Bucket, MapRunArn: mapRunArn, ResultFiles });
        await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
        return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket, Key } };
      } catch (error) {
        throw new StateError('States.ResultWriterFailed', error instanceof Error ? error.message : String(error));
      }
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}

function entryOf({ executionArn, name, stateMachineArn, input, start, stop, outcome }: ChildResult) {
  return {
    ExecutionArn: executionArn,
    Input: JSON.stringify(input),
    InputDetails: { Included: true },
    Name: name,
    ...(outcome.ok
      ? { Output: JSON.stringify(outcome.output), OutputDetails: { Included: true } }
      : { Cause: outcome.cause, Error: outcome.error }),
    StartDate: start.toISOString(),
    StateMachineArn: stateMachineArn,
    Status: outcome.ok ? 'SUCCEEDED' : 'FAILED',
    StopDate: stop.toISOString(),
  };
}
