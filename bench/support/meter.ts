import { z } from 'zod';
import type { Used } from '../prices.ts';

const AwsRow = z.object({
  principal: z.string(),
  service: z.string(),
  operation: z.string(),
  requests: z.number(),
  readUnits: z.number(),
  writeUnits: z.number(),
  billedRequests: z.number(),
  tier: z.string().optional(),
});
const FunctionRow = z.object({
  name: z.string(),
  memoryMb: z.number(),
  invocations: z.number(),
  coldStarts: z.number(),
  billedMs: z.number(),
  initMs: z.number(),
  peakMemoryMb: z.number(),
  bytesLogged: z.number(),
});
const Reading = z.object({
  aws: z.array(AwsRow),
  functions: z.array(FunctionRow),
  apis: z.record(z.string(), z.object({ requests: z.number(), bytesOut: z.number() })),
});
export type Reading = z.infer<typeof Reading>;

/** All that the stack has counted since its start. */
export const readMeter = async (controlUrl: string): Promise<Reading> =>
  Reading.parse(await (await fetch(`${controlUrl}/meter`)).json());

/**
 * What was used from `before` to `after`, in the units of the price table. A poll that brings nothing belongs to the
 * month and not to a job, so queues count one poll for each deletion.
 */
export const usedBetween = (before: Reading, after: Reading): Used => {
  const aws = (value: (row: z.infer<typeof AwsRow>) => number) => sum(after.aws, value) - sum(before.aws, value);
  const functions = (value: (row: z.infer<typeof FunctionRow>) => number) =>
    sum(after.functions, value) - sum(before.functions, value);
  const apis = (value: (row: Reading['apis'][string]) => number) =>
    sum(Object.values(after.apis), value) - sum(Object.values(before.apis), value);
  const billed = (service: string, tier?: string) => (row: z.infer<typeof AwsRow>) =>
    row.service === service && row.tier === tier ? row.billedRequests : 0;
  return {
    readUnits: aws(({ readUnits }) => readUnits),
    writeUnits: aws(({ writeUnits }) => writeUnits),
    s3Puts: aws(billed('s3', 'put')),
    s3Gets: aws(billed('s3', 'get')),
    sqsRequests: aws((row) => {
      if (row.operation === 'ReceiveMessage') return 0;
      return billed('sqs')(row) * (row.operation.startsWith('DeleteMessage') ? 2 : 1);
    }),
    kmsRequests: aws(billed('kms')),
    stateTransitions: aws((row) => (row.operation === 'StateTransition' ? row.requests : 0)),
    lambdaRequests: functions(({ invocations }) => invocations),
    lambdaGbSeconds: functions(({ billedMs, initMs, memoryMb }) => ((billedMs + initMs) / 1000) * (memoryMb / 1024)),
    bytesLogged: functions(({ bytesLogged }) => bytesLogged),
    apiRequests: apis(({ requests }) => requests),
    bytesAnswered: apis(({ bytesOut }) => bytesOut),
  };
};

export interface Calls {
  /** `dynamodb BatchGetItem`. */
  name: string;
  requests: number;
  readUnits: number;
  writeUnits: number;
}

/** The calls to AWS from `before` to `after` by operation, whoever made them, the most frequent first. */
export const callsBetween = (before: Reading, after: Reading): Calls[] => {
  const calls = new Map<string, Calls>();
  const add = (sign: number) => (row: z.infer<typeof AwsRow>) => {
    const name = `${row.service} ${row.operation}`;
    const { requests, readUnits, writeUnits } = calls.get(name) ?? { requests: 0, readUnits: 0, writeUnits: 0 };
    calls.set(name, {
      name,
      requests: requests + sign * row.requests,
      readUnits: readUnits + sign * row.readUnits,
      writeUnits: writeUnits + sign * row.writeUnits,
    });
  };
  before.aws.forEach(add(-1));
  after.aws.forEach(add(1));
  return [...calls.values()].filter(({ requests }) => requests > 0).toSorted((a, b) => b.requests - a.requests);
};

const sum = <T>(rows: readonly T[], value: (row: T) => number) => rows.reduce((total, row) => total + value(row), 0);
