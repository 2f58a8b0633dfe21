import type { Failure, FailureCode } from './import-job.ts';

/** Ends an import for good: trying again with the same file would end the same. */
export class ImportFailed extends Error {
  readonly failure: Failure;
  constructor(code: FailureCode, message: string) {
    super(message);
    this.name = code;
    this.failure = { code, message };
  }
}
