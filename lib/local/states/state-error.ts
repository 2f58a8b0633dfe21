/** A failure with the name that `ErrorEquals` matches; the message is what Step Functions calls the cause. */
export class StateError extends Error {
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;
  constructor(name: string, cause: string, options: { final?: boolean } = {}) {
    super(cause);
    this.name = name;
    this.isRetryable = !options.final;
    this.isCatchable = !options.final;
  }
}

/** Thrown inside a run that was stopped: no retry and no catch may keep it going. */
export function stopped(): StateError {
  return new StateError('States.Aborted', 'The execution was stopped', { final: true });
}

/** Name and cause of whatever a run failed with; the interpreter wraps the error of the state. */
export function failureOf(thrown: unknown): { error: string; cause: string } {
  if (!(thrown instanceof Error)) return { error: 'States.Runtime', cause: String(thrown) };
  const inner = thrown.name === 'ExecutionError' && thrown.cause instanceof Error ? thrown.cause : thrown;
  return { error: inner.name, cause: inner.message };
}

/** What a state may hand on, in bytes of JSON: a quota of Step Functions. */
export const maxPayloadBytes = 262_144;

/** The result itself. Throws States.DataLimitExceeded, which nothing catches, when it is over 256 KiB as JSON. */
export function withinPayloadLimit<T>(result: T, what: string): T {
  const size = Buffer.byteLength(JSON.stringify(result) ?? '');
  if (size <= maxPayloadBytes) return result;
  throw new StateError('States.DataLimitExceeded', `${what} has ${size} bytes, over the limit of ${maxPayloadBytes}`, {
    final: true,
  });
}
