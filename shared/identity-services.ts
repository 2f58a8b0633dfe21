import { SESv2Client } from '@aws-sdk/client-sesv2';
import { attemptLimiter } from './attempts/attempts.ts';
import type { RotationServices } from './auth/rotate-signing-keys.ts';
import { accessTokenSigner, newSigningKey } from './auth/sign-access-token.ts';
import type { SignInServices } from './auth/sign-in.ts';
import { signingKeyStore } from './auth/signing-key-store.ts';
import type { UserCreation } from './auth-users/create-user.ts';
import { pauseAll } from './campaigns/run-campaign.ts';
import type { ClosingServices } from './closures/close-organization.ts';
import type { ClosureStep } from './closures/jobs.ts';
import type { ClosureServices } from './closures/manage-closure.ts';
import type { IdentityProviderServices } from './identity-providers/manage-identity-providers.ts';
import type { InvitationServices } from './invitations/manage-invitations.ts';
import type { DeliveryServices } from './notifications/deliver.ts';
import type { Notification } from './notifications/jobs.ts';
import { organizationSecrets } from './organizations/organization-secrets.ts';
import { openSmsProvider } from './organizations/sms-provider.ts';
import { bundledLines } from './platform/bundled-file.ts';
import { systemClock } from './platform/clock.ts';
import {
  attemptsEnv,
  closureStepsEnv,
  environment,
  exportsEnv,
  mailEnv,
  notificationsEnv,
  providerAddressEnv,
  registrationEnv,
  runsEnv,
  trustedIssuersEnv,
  uploadsEnv,
} from './platform/env.ts';
import { systemIds } from './platform/id.ts';
import { openMailer } from './platform/mail.ts';
import { openSweep } from './platform/objects.ts';
import type { OrganizationId } from './platform/organization-id.ts';
import { guardedOutbound } from './platform/outbound.ts';
import { openQueue, type WorkQueue } from './platform/queue.ts';
import { twilioProvider } from './platform/sms/twilio.ts';
import type { SecondFactorServices } from './second-factors/manage-second-factors.ts';
import { ownCodes } from './second-factors/own-codes.ts';
import {
  appDirectory,
  appKeys,
  appTable,
  brandOf,
  exportsBucket,
  gateOf,
  once,
  s3,
  sqs,
  tokenIssuer,
} from './services.ts';

/**
 * The part of the composition root that only the functions of identity ask for. What is marked pure stays out of the
 * bundles that don't ask for it: the bundler sees by itself only that `once` does nothing in the file that has it.
 */

/** The tier of organizations that sign up. */
export const registrationTier = /* @__PURE__ */ once(() => environment(registrationEnv).REGISTRATION_TIER);

/** Read when somebody chooses a password, not before. */
const commonPasswords = /* @__PURE__ */ once(() => {
  const passwords = once(() => new Set(bundledLines('common-passwords.txt')));
  return { has: (password: string) => passwords().has(password) };
});

const attempts = /* @__PURE__ */ once(() =>
  attemptLimiter({ table: appTable(), clock: systemClock }, environment(attemptsEnv).ATTEMPTS_PER_ADDRESS),
);

export const invitationServices: () => InvitationServices = /* @__PURE__ */ once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  attempts: attempts(),
  notifications: notifications(),
}));

export const userServices: () => UserCreation = /* @__PURE__ */ once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  directory: appDirectory(),
  commonPasswords: commonPasswords(),
}));

/** What organizations keep sealed. */
const secretsOf = (organizationId: OrganizationId) => organizationSecrets(appTable(), appKeys(), organizationId);

export const signInServices: () => SignInServices = /* @__PURE__ */ once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  directory: appDirectory(),
  attempts: attempts(),
  notifications: notifications(),
  ownCodes: ownCodes({ table: appTable(), clock: systemClock }, secretsOf),
  registrationTier: registrationTier(),
  commonPasswords: commonPasswords(),
  tokens: accessTokenSigner({
    store: signingKeyStore(appTable()),
    keys: appKeys(),
    clock: systemClock,
    ids: systemIds,
    issuer: tokenIssuer(),
  }),
}));

export const notifications: () => WorkQueue<Notification> = /* @__PURE__ */ once(() =>
  openQueue(sqs(), environment(notificationsEnv).NOTIFICATIONS_QUEUE_URL),
);

export const deliveryServices: () => DeliveryServices = /* @__PURE__ */ once(() => {
  const env = environment(providerAddressEnv);
  return {
    mailer: openMailer(new SESv2Client(), environment(mailEnv).EMAIL_SENDER),
    brandOf,
    hasOptedOut: async (organizationId, phone) => (await gateOf(organizationId).optOuts([phone])).has(phone),
    phoneService: async (organizationId) => {
      const account = await openSmsProvider(appTable(), appKeys(), organizationId);
      if (!account) return undefined;
      const { accountSid, authToken, sender } = account;
      const timeoutMs = env.PROVIDER_TIMEOUT_SECONDS * 1000;
      return { sender, provider: twilioProvider({ baseUrl: env.PROVIDER_BASE_URL, accountSid, authToken, timeoutMs }) };
    },
  };
});

export const secondFactorServices: () => SecondFactorServices = /* @__PURE__ */ once(() => ({
  ...signInServices(),
  secretsOf,
}));

export const rotationServices: () => RotationServices = /* @__PURE__ */ once(() => ({
  store: signingKeyStore(appTable()),
  clock: systemClock,
  makeKey: () => newSigningKey({ keys: appKeys(), clock: systemClock, ids: systemIds }),
}));

export const identityProviderServices: () => IdentityProviderServices = /* @__PURE__ */ once(() => ({
  table: appTable(),
  clock: systemClock,
  ids: systemIds,
  directory: appDirectory(),
  outbound: guardedOutbound(environment(trustedIssuersEnv).TRUSTED_ISSUER_HOSTS),
}));

export const closureSteps: () => WorkQueue<ClosureStep> = /* @__PURE__ */ once(() =>
  openQueue(sqs(), environment(closureStepsEnv).CLOSURE_STEPS_QUEUE_URL),
);

export const closureServices: () => ClosureServices = /* @__PURE__ */ once(() => {
  const services = { table: appTable(), clock: systemClock, ids: systemIds };
  return {
    ...services,
    exports: exportsBucket(),
    steps: closureSteps(),
    notifications: notifications(),
    pauseCampaigns: (caller) => pauseAll(services, caller),
  };
});

export const closingServices: () => ClosingServices = /* @__PURE__ */ once(() => {
  const sweepOf = (bucket: string, folders: string[]) => ({
    sweep: openSweep(s3(), bucket),
    prefixesOf: (organizationId: OrganizationId) => folders.map((folder) => `${folder}/${organizationId}/`),
  });
  return {
    ...closureServices(),
    directory: appDirectory(),
    sweeps: [
      sweepOf(environment(uploadsEnv).UPLOADS_BUCKET, ['uploads', 'converted', 'errors']),
      sweepOf(environment(runsEnv).RUNS_BUCKET, ['runs', 'exclusions']),
      sweepOf(environment(exportsEnv).EXPORTS_BUCKET, ['exports', 'contact-exports']),
    ],
  };
});
