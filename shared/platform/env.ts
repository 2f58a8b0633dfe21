import * as z from 'zod';

/** The variables of each resource, by the names that the constructs' `uses…()` set. */
export const tableEnv = z.object({ TABLE_NAME: z.string() });
/** Without a slash at its end. */
export const issuerEnv = z.object({ ISSUER: z.url() });
export const uploadsEnv = z.object({ UPLOADS_BUCKET: z.string() });
export const importPlansEnv = z.object({ IMPORT_PLANS_QUEUE_URL: z.string() });
export const importChunksEnv = z.object({
  IMPORT_CHUNKS_QUEUE_URL: z.string(),
  IMPORT_CHUNKS_IN_FLIGHT: z.coerce.number(),
});
export const runsEnv = z.object({ RUNS_BUCKET: z.string() });
export const scrubMachineEnv = z.object({ SCRUB_STATE_MACHINE_ARN: z.string() });
export const contactJobsEnv = z.object({ CONTACT_JOBS_QUEUE_URL: z.string() });
export const keyEnv = z.object({ KEY_ARN: z.string() });
export const statusReportsEnv = z.object({ STATUS_REPORTS_QUEUE_URL: z.string() });
export const campaignMachineEnv = z.object({ CAMPAIGN_STATE_MACHINE_ARN: z.string() });
export const providerEnv = z.object({
  PROVIDER_BASE_URL: z.url(),
  /** Ends in a slash. */
  STATUS_URL: z.url(),
  PROVIDER_TIMEOUT_SECONDS: z.coerce.number(),
  RECONCILE_AFTER_SECONDS: z.coerce.number(),
});
export const registrationEnv = z.object({ REGISTRATION_TIER: z.enum(['free', 'pro', 'enterprise']) });
export const mailEnv = z.object({ EMAIL_SENDER: z.string() });
export const notificationsEnv = z.object({ NOTIFICATIONS_QUEUE_URL: z.string() });
/** What reaches an organization's own provider when nobody waits for its callbacks. */
export const providerAddressEnv = z.object({
  PROVIDER_BASE_URL: z.url(),
  PROVIDER_TIMEOUT_SECONDS: z.coerce.number(),
});
/** Separated by commas. */
export const trustedIssuersEnv = z.object({
  TRUSTED_ISSUER_HOSTS: z.string().transform((hosts) => hosts.split(',').filter((host) => host !== '')),
});
export const exportsEnv = z.object({ EXPORTS_BUCKET: z.string() });
export const closureStepsEnv = z.object({ CLOSURE_STEPS_QUEUE_URL: z.string() });
export const attemptsEnv = z.object({ ATTEMPTS_PER_ADDRESS: z.coerce.number() });
export const passEnv = z.object({ PASS_WAIT_SECONDS: z.coerce.number() });

/**
 * Reads the variables that `schema` names from the function's environment.
 * @throws ZodError naming the variable that the stack forgot.
 */
export const environment = <T>(schema: z.ZodType<T>): T => schema.parse(process.env);
