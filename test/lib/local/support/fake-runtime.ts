import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';
import type { InvokeOutcome, Invoker, Runtime } from '../../../../lib/local/runtime.ts';

export type FakeFunction = (event: unknown) => unknown;
type LogLine = Parameters<Runtime['log']>[0];

export interface Invocation {
  functionArn: string;
  event: unknown;
  invoker: Invoker;
}

/** A runtime whose functions are callbacks and whose gateway is an S3 and SQS engine without policies. */
export async function fakeRuntime(functions: Record<string, FakeFunction> = {}) {
  const app = buildApp({ logger: false });
  const gatewayUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  const stopping = new AbortController();
  const stops: (() => Promise<void> | void)[] = [];
  const logged: LogLine[] = [];
  const invocations: Invocation[] = [];

  async function invoke(functionArn: string, event: unknown, invoker: Invoker): Promise<InvokeOutcome> {
    invocations.push({ functionArn, event, invoker });
    const handler = functions[functionArn.split(':')[6] ?? ''];
    if (!handler) throw new Error(`User is not authorized to perform: lambda:InvokeFunction on ${functionArn}`);
    try {
      return { ok: true, payload: await handler(event) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { ok: false, errorType: name, errorMessage: message };
    }
  }

  const runtime: Runtime = {
    account: '000000000000',
    region: 'us-east-1',
    dataFolder: '',
    gatewayUrl,
    stopping: stopping.signal,
    credentialsOf: () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
    invoke,
    onStop: (last) => void stops.push(last),
    log: (line) => void logged.push(line),
  };

  async function stop(): Promise<void> {
    stopping.abort();
    for (const one of stops.toReversed()) await one();
    await app.close();
  }
  return { runtime, logged, invocations, stop };
}

/** The ARN of a function of the fake runtime. */
export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** A bucket of the fake runtime with a way in and out. */
export async function fakeBucket({ gatewayUrl, region }: Runtime, Bucket: string) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const s3 = new S3Client({ endpoint: gatewayUrl, region, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket }));
  return {
    put: (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    async json(Key: string): Promise<unknown> {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await Body?.transformToString()) ?? 'null');
    },
  };
}
