import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { looksLikeApiKey } from './api-keys/api-key-token.ts';
import { apiKeyAuthenticator } from './api-keys/authenticate-api-key.ts';
import { authenticator } from './auth/authenticate.ts';
import { signingKeyStore } from './auth/signing-key-store.ts';
import { accessTokenVerifier, isOfIssuer } from './auth/verify-access-token.ts';
import { campaignStore } from './campaigns/campaign-store.ts';
import type { CampaignServices } from './campaigns/manage-campaigns.ts';
import type { PlanServices } from './campaigns/plan-audience.ts';
import type { ResumeServices, RunServices } from './campaigns/run-campaign.ts';
import type { SendServices } from './campaigns/send-batch.ts';
import type { SettleServices } from './campaigns/settle-run.ts';
import { isClosing } from './closures/manage-closure.ts';
import type { JobServices } from './contact-jobs/work.ts';
import { openAudience } from './contact-lists/audience.ts';
import type { MemberRemoval } from './contact-lists/jobs.ts';
import { contactsForMerge } from './contacts/contacts-for-merge.ts';
import type { Directory } from './directory/directory.ts';
import { openDirectory } from './directory/directory-store.ts';
import { dncMatches } from './dnc/dnc-matches.ts';
import type { ScrubServices } from './dnc/run-scrub.ts';
import type { ScrubStarts } from './dnc/start-scrub.ts';
import { foreignAuthenticator } from './identity-providers/authenticate-foreign.ts';
import { chunkLimits } from './imports/chunk-cutter.ts';
import type { UploadEvent } from './imports/jobs.ts';
import type { ImportServices } from './imports/run-import.ts';
import { openGate } from './messages/gate.ts';
import { rememberAccounts } from './messages/provider-account.ts';
import type { InboundServices } from './messages/receive-inbound.ts';
import type { StatusServices } from './messages/receive-status.ts';
import { showOrganization } from './organizations/manage-organization.ts';
import { organizationStore } from './organizations/organization-store.ts';
import { openSmsProvider, organizationOfSender, sendingNumberOf } from './organizations/sms-provider.ts';
import { systemClock } from './platform/clock.ts';
import { type KeyService, kmsKeyService, rememberingKeyService } from './platform/crypto.ts';
import {
  campaignMachineEnv,
  contactJobsEnv,
  environment,
  exportsEnv,
  importChunksEnv,
  importPlansEnv,
  issuerEnv,
  keyEnv,
  passEnv,
  providerEnv,
  runsEnv,
  scrubMachineEnv,
  statusReportsEnv,
  tableEnv,
  uploadsEnv,
} from './platform/env.ts';
import { openStateMachine } from './platform/executions.ts';
import { type HttpServices } from './platform/http/http-handler.ts';
import { idempotencyStore } from './platform/http/idempotency.ts';
import { systemIds } from './platform/id.ts';
import { type Objects, openBucket } from './platform/objects.ts';
import type { OrganizationId } from './platform/organization-id.ts';
import { openQueue, type WorkQueue } from './platform/queue.ts';
import { twilioProvider } from './platform/sms/twilio.ts';
import { dueStore } from './platform/table/due.ts';
import { openTable, type Table } from './platform/table/table.ts';
import { rateLimiter } from './rate-limits/rate-limiter.ts';

/**
 * The composition root: each part is made when a function asks for it, once per execution environment, so that a
 * bundle holds and a cold start pays for what the function uses and nothing else.
 */
/* @__NO_SIDE_EFFECTS__ */
export const once = <T>(make: () => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** What this installation runs; answered by /health and GET /. */
export const version = '0.1.0';

export const appTable: () => Table = once(() => {
  const client = new DynamoDBClient();
  // It copies every answer for a log that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware');
  const marshallOptions = { removeUndefinedValues: true };
  return openTable(DynamoDBDocumentClient.from(client, { marshallOptions }), environment(tableEnv).TABLE_NAME);
});

/** Seals and unseals the secrets of organizations; a function that asks for it `usesKey`. */
export const appKeys: () => KeyService = once(() =>
  rememberingKeyService(kmsKeyService(new KMSClient(), environment(keyEnv).KEY_ARN)),
);

export const appDirectory: () => Directory = once(() => openDirectory(appTable()));

/** Who issues access tokens: the API's public address, under which it publishes its keys. */
export const tokenIssuer = once(() => environment(issuerEnv).ISSUER);

/** The public halves of the keys that sign access tokens. */
export const publicKeys = async () => (await signingKeyStore(appTable()).all()).map(({ publicJwk }) => publicJwk);

export const httpServices: () => HttpServices = once(() => {
  const services = { table: appTable(), clock: systemClock };
  const verify = accessTokenVerifier({ readKeys: publicKeys, clock: systemClock, issuer: tokenIssuer() });
  const byAccessToken = authenticator({ ...services, verify });
  const byApiKey = apiKeyAuthenticator(services);
  const byForeignToken = foreignAuthenticator({ ...services, ids: systemIds, directory: appDirectory() });
  return {
    clock: systemClock,
    authenticate: (token, from) => {
      if (looksLikeApiKey(token)) return byApiKey(token, from);
      return isOfIssuer(token, tokenIssuer()) ? byAccessToken(token, from) : byForeignToken(token, from);
    },
    organizationExists: async (organizationId) =>
      (await organizationStore(appTable(), organizationId).get()) !== undefined,
    spend: rateLimiter(services).spend,
    idempotency: idempotencyStore(appTable()),
  };
});

/** Without the SDK's default, which signs the checksum of an empty body into presigned URLs. */
export const s3 = once(() => new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED', forcePathStyle: true }));

export const runsBucket: () => Objects = once(() => openBucket(s3(), environment(runsEnv).RUNS_BUCKET));

export const uploadsBucket: () => Objects = once(() => openBucket(s3(), environment(uploadsEnv).UPLOADS_BUCKET));

/** Files for people to take along. */
export const exportsBucket: () => Objects = once(() => openBucket(s3(), environment(exportsEnv).EXPORTS_BUCKET));

/** The members of an organization's lists. */
export const audienceOf = (organizationId: OrganizationId) => openAudience(appTable(), runsBucket(), organizationId);

export const sqs = once(() => new SQSClient());

/** The same queue as that of the parts of jobs: an idle one costs a quarter of a dollar a month. */
export const memberRemovals: () => WorkQueue<MemberRemoval> = once(() =>
  openQueue(sqs(), environment(contactJobsEnv).CONTACT_JOBS_QUEUE_URL),
);

export const jobServices: () => JobServices = once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  parts: openQueue(sqs(), environment(contactJobsEnv).CONTACT_JOBS_QUEUE_URL),
  removals: memberRemovals(),
  audience: audienceOf,
  exports: exportsBucket,
}));

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
  hasCampaign: async (organizationId, campaignId) =>
    (await campaignStore(appTable(), organizationId).get(campaignId)) !== undefined,
}));

export const importServices: () => ImportServices = once(() => ({
  table: appTable(),
  ids: systemIds,
  uploads: uploadsBucket(),
  clock: systemClock,
  chunks: openQueue(sqs(), environment(importChunksEnv).IMPORT_CHUNKS_QUEUE_URL),
  chunksInFlight: environment(importChunksEnv).IMPORT_CHUNKS_IN_FLIGHT,
  limits: chunkLimits,
}));

export const importPlans: () => WorkQueue<UploadEvent> = once(() =>
  openQueue(sqs(), environment(importPlansEnv).IMPORT_PLANS_QUEUE_URL),
);

const campaignMachine = once(() =>
  openStateMachine(new SFNClient(), environment(campaignMachineEnv).CAMPAIGN_STATE_MACHINE_ARN),
);

export const campaignServices: () => CampaignServices & RunServices = once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  executions: campaignMachine(),
  due: dueStore(appTable(), 'campaigns'),
  audience: audienceOf,
  senderOf: (organizationId) => sendingNumberOf(appTable(), organizationId),
  isClosing: (organizationId) => isClosing(appTable(), organizationId),
}));

export const resumeServices: () => ResumeServices = once(() => ({
  table: appTable(),
  clock: systemClock,
  executions: campaignMachine(),
  due: dueStore(appTable(), 'campaigns'),
}));

export const planServices: () => PlanServices = once(() => ({
  table: appTable(),
  runs: runsBucket(),
  clock: systemClock,
  audience: audienceOf,
  contacts: (organizationId, contactIds) => contactsForMerge(appTable(), organizationId, contactIds),
}));

export const settleServices: () => SettleServices = once(() => ({
  table: appTable(),
  clock: systemClock,
  passWaitSeconds: environment(passEnv).PASS_WAIT_SECONDS,
}));

export const gateOf = (organizationId: OrganizationId) => openGate(appTable(), organizationId);

export const sendServices: () => SendServices = once(() => {
  const env = environment(providerEnv);
  return {
    table: appTable(),
    clock: systemClock,
    ids: systemIds,
    gate: gateOf,
    dncMatches: (organizationId, phones, now) => dncMatches(appTable(), organizationId, phones, now),
    provider: async (organizationId) => {
      const account = await openSmsProvider(appTable(), appKeys(), organizationId);
      return (
        account &&
        twilioProvider({
          baseUrl: env.PROVIDER_BASE_URL,
          accountSid: account.accountSid,
          authToken: account.authToken,
          timeoutMs: env.PROVIDER_TIMEOUT_SECONDS * 1000,
        })
      );
    },
    statusUrl: env.STATUS_URL,
    reconcileAfterSeconds: env.RECONCILE_AFTER_SECONDS,
  };
});

/** How an organization is called in messages. */
export const brandOf = async (organizationId: OrganizationId) => {
  const { name, settings } = await showOrganization(appTable(), organizationId);
  return settings.brandName ?? name;
};

export const statusServices: () => StatusServices = once(() => ({
  clock: systemClock,
  accounts: rememberAccounts(async (organizationId) => {
    const account = await openSmsProvider(appTable(), appKeys(), organizationId);
    if (!account) return undefined;
    const { authToken, nextAuthToken, keywordReplies } = account;
    return { keywordReplies, authTokens: nextAuthToken === undefined ? [authToken] : [authToken, nextAuthToken] };
  }, systemClock),
  reports: openQueue(sqs(), environment(statusReportsEnv).STATUS_REPORTS_QUEUE_URL),
}));

export const webhookServices: () => InboundServices & StatusServices = once(() => ({
  ...statusServices(),
  table: appTable(),
  ids: systemIds,
  organizationOf: (sender) => organizationOfSender(appDirectory(), sender),
  nameOf: brandOf,
}));
