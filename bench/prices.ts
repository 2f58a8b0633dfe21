/**
 * What AWS asks for what the meter counts: us-east-1, on demand, no free tier, no volume discount, in US dollars.
 * Read on 2026-11-21 from the services' own pricing pages (aws.amazon.com/SERVICE/pricing).
 */
const perMillion = 1e-6;
const gigabyte = 1e9;

export const prices = {
  /** DynamoDB on demand, standard table class. */
  readUnits: 0.125 * perMillion,
  writeUnits: 0.625 * perMillion,
  /** Lambda on arm64: a request, and a second of one GB. INIT is billed like the rest. */
  lambdaRequests: 0.2 * perMillion,
  lambdaGbSeconds: 0.0000133334,
  /** API Gateway HTTP API, up to 512 KB each. */
  apiRequests: 1 * perMillion,
  /** SQS standard queues, 64 KB each; sends, polls and deletions alike. */
  sqsRequests: 0.4 * perMillion,
  /** S3 standard: PUT, COPY, POST, LIST; and GET with all the rest. Deleting is free. */
  s3Puts: 5 * perMillion,
  s3Gets: 0.4 * perMillion,
  /** KMS, symmetric keys. */
  kmsRequests: 3 * perMillion,
  /** Step Functions, standard workflows. */
  stateTransitions: 25 * perMillion,
  /** CloudWatch Logs, standard class, taken in. */
  bytesLogged: 0.5 / gigabyte,
  /** Data transfer out to the internet, first 10 TB. */
  bytesAnswered: 0.09 / gigabyte,
} as const;

/** What an installation costs in a month while nothing happens. */
export const monthlyPrices = { key: 1, alarm: 0.1 } as const;

export type Priced = keyof typeof prices;
/** How much of each was used; what is absent was not. */
export type Used = Partial<Record<Priced, number>>;

export interface Cost {
  /** Dollars. */
  total: number;
  /** What costs anything, the dearest first. */
  parts: { of: Priced; used: number; dollars: number }[];
}

const isPriced = (name: string): name is Priced => name in prices;

export const costOf = (used: Used): Cost => {
  const parts = Object.entries(used)
    .flatMap(([name, count]) => (isPriced(name) && count > 0 ? [{ of: name, used: count }] : []))
    .map((part) => ({ ...part, dollars: part.used * prices[part.of] }))
    .toSorted((a, b) => b.dollars - a.dollars);
  return { total: parts.reduce((sum, { dollars }) => sum + dollars, 0), parts };
};

/** The cost of a million jobs, from what `jobs` of them used. */
export const costPerMillion = (used: Used, jobs: number): Cost =>
  costOf(Object.fromEntries(Object.entries(used).map(([name, count]) => [name, (count / jobs) * 1e6])));
