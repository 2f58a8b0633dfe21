import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What differs between one deployment and another. */
export interface Config {
  /** First part of every stack's and function's name, so that two can live in one account. */
  name: string;
  logRetention: RetentionDays;
  /** What becomes of table, objects and key when their stack is deleted. */
  removalPolicy: RemovalPolicy;
  deletionProtection: boolean;
  /** Origins whose pages may call the API and upload by presigned URL. */
  allowedOrigins: string[];
  /** The API's address where it has a domain of its own, without a slash at its end: `https://sms.example.com/v1`. */
  publicUrl?: string;
  /** The subscription tier of an organization that signs up; a superuser gives it another. */
  registrationTier: 'free' | 'pro' | 'enterprise';
  /** Sign-ins and registrations an hour that one address may try without delay: an office may stand behind it. */
  attemptsPerAddress: number;
  /** Environments kept for people's texts alone: a STOP never waits behind a campaign. */
  textConcurrency: number;
  /**
   * Environments kept for the provider's reports of statuses. More than it calls at once, or the rest is answered 429:
   * it comes again five times, and is lost then.
   */
  statusConcurrency: number;
  /** Chunks of all imports that are worked on at once. */
  importConcurrency: number;
  /** Chunks of one import among them: the rest is left to other organizations. */
  importChunksInFlight: number;
  /** Parts of all counts, bulk operations and exports that are worked on at once. */
  contactJobConcurrency: number;
  /** Whether contacts are kept in Amazon OpenSearch as well: docs/full-text-search.md. */
  fullText: boolean;
  /** Batches of one campaign that are sent at once. */
  sendConcurrency: number;
  /** Between two passes of a campaign over whoever is still queued. */
  passWaitSeconds: number;
  /** A call to the provider that takes longer is unclear. */
  providerTimeoutSeconds: number;
  /** How long an unclear call is left to its callbacks before the provider's books are asked. */
  reconcileAfterSeconds: number;
}

export type Environment = 'dev' | 'prod';

export const configs: Record<Environment, Config> = {
  dev: {
    name: 'heliograph-dev',
    logRetention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    allowedOrigins: ['*'],
    registrationTier: 'enterprise',
    attemptsPerAddress: 100_000,
    textConcurrency: 5,
    statusConcurrency: 40,
    importConcurrency: 4,
    // With two, a laptop's processors and engine are taken, and nobody else's file gets its share.
    importChunksInFlight: 1,
    contactJobConcurrency: 4,
    fullText: false,
    sendConcurrency: 4,
    passWaitSeconds: 2,
    providerTimeoutSeconds: 3,
    reconcileAfterSeconds: 5,
  },
  prod: {
    name: 'heliograph',
    logRetention: RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    allowedOrigins: [],
    registrationTier: 'free',
    attemptsPerAddress: 30,
    textConcurrency: 20,
    statusConcurrency: 100,
    importConcurrency: 20,
    importChunksInFlight: 8,
    contactJobConcurrency: 10,
    fullText: false,
    sendConcurrency: 40,
    passWaitSeconds: 30,
    providerTimeoutSeconds: 10,
    reconcileAfterSeconds: 90,
  },
};

/** The configuration that `-c environment=…` names, with the options of `-c`. @throws Error for an unknown one */
export const configOf = (environment: unknown, options: { fullText?: unknown } = {}): Config => {
  if (environment === 'dev' || environment === 'prod')
    return { ...configs[environment], fullText: options.fullText === true || options.fullText === 'true' };
  throw new Error(`Unknown environment ${String(environment)}: choose -c environment=dev or -c environment=prod`);
};
