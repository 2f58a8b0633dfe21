import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openAudience } from './contact-lists/audience.ts';
import type { MemberRemoval } from './contact-lists/jobs.ts';
import type { ScrubServices } from './dnc/run-scrub.ts';
import type { ScrubStarts } from './dnc/start-scrub.ts';
import { AppError } from './errors.ts';
import { systemClock } from './platform/clock.ts';
import { environment, memberRemovalsEnv, runsEnv, scrubMachineEnv, tableEnv } from './platform/env.ts';
import { openStateMachine } from './platform/executions.ts';
import { type HttpServices } from './platform/http/http-handler.ts';
import { idempotencyStore } from './platform/http/idempotency.ts';
import { systemIds } from './platform/id.ts';
import { type Objects, openBucket } from './platform/objects.ts';
import type { OrganizationId } from './platform/organization-id.ts';
import { openQueue, type WorkQueue } from './platform/queue.ts';
import { dueStore } from './platform/table/due.ts';
import { openTable, type Table } from './platform/table/table.ts';

/**
 * The composition root: each part is made when a function asks for it, once per execution environment, so that a
 * bundle holds and a cold start pays for what the function uses and nothing else.
 */
/* @__NO_SIDE_EFFECTS__ */
const once = <T>(make: () => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What this installation runs; answered by /health and GET /. */
export const version = '0.1.0';

export const appTable: () => Table = once(() =>
  openTable(
    DynamoDBDocumentClient.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } }),
    environment(tableEnv).TABLE_NAME,
  ),
);

export const httpServices: () => HttpServices = once(() => ({
  clock: systemClock,
  authenticate: () => Promise.reject(new AppError('UNAUTHENTICATED', 'Not signed in')),
  idempotency: idempotencyStore(appTable()),
}));

/** Without the SDK's default, which signs the checksum of an empty body into presigned URLs. */
const s3 = once(() => new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED', forcePathStyle: true }));

export const runsBucket: () => Objects = once(() => openBucket(s3(), environment(runsEnv).RUNS_BUCKET));

/** The members of an organization's lists. */
export const audienceOf = (organizationId: OrganizationId) => openAudience(appTable(), runsBucket(), organizationId);

const sqs = once(() => new SQSClient());

export const memberRemovals: () => WorkQueue<MemberRemoval> = once(() =>
  openQueue(sqs(), environment(memberRemovalsEnv).MEMBER_REMOVALS_QUEUE_URL),
);

export const scrubServices: () => ScrubServices = once(() => ({
  table: appTable(),
  runs: runsBucket(),
  clock: systemClock,
  audience: (organizationId) => openAudience(appTable(), runsBucket(), organizationId),
}));

export const scrubStarts: () => ScrubStarts = once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  executions: openStateMachine(new SFNClient(), environment(scrubMachineEnv).SCRUB_STATE_MACHINE_ARN),
  due: dueStore(appTable(), 'scrubs'),
  audience: (organizationId) => openAudience(appTable(), runsBucket(), organizationId),
}));
