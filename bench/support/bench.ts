/** What a person may choose for every bench. */
export interface BenchOptions {
  /** Where CDK synthesized into. */
  assembly: string;
  /** Whether table, objects and queues are kept in files; in memory otherwise. */
  onDisk: boolean;
  /** Rows of made-up contacts, where the bench's own number is not wanted. */
  rows: number | undefined;
  /** `postgres://…` of a server that may be compared with; otherwise one is started, if this machine has it. */
  postgres: string | undefined;
}

/** A figure: its text for people, its fields for programs. */
export type Report = (text: string, fields: Record<string, unknown>) => void;

export interface Bench {
  about: string;
  run(options: BenchOptions, report: Report): Promise<void>;
}

/** `1,234` and `0.56`: as many digits as mean something. */
export const figure = (value: number) =>
  value.toLocaleString('en-US', value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });
