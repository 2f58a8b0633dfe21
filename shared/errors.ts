/** The closed list of what can be refused. One word serves the JSON body, the log, OpenAPI and a state's `ErrorEquals`. */
export const errorCodes = [
  'INVALID_JSON',
  'INVALID_CURSOR',
  'UNAUTHENTICATED',
  'INVALID_CREDENTIALS',
  'VERIFICATION_REQUIRED',
  'INVALID_CODE',
  'FORBIDDEN',
  'INVALID_SIGNATURE',
  'NOT_FOUND',
  'DUPLICATE',
  'STALE_VERSION',
  'CONFLICT',
  'LAST_ADMIN',
  'IDEMPOTENCY_IN_FLIGHT',
  'PAYLOAD_TOO_LARGE',
  'VALIDATION_ERROR',
  'PAGE_TOO_DEEP',
  'IDEMPOTENCY_MISMATCH',
  'TOO_MANY_ATTEMPTS',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * What an answer may add to a code: the field at fault, in how many seconds it is worth to try again, and whatever
 * helps to correct it.
 */
export interface ErrorDetails {
  field?: string;
  retryAfter?: number;
  [name: string]: unknown;
}

/** A refusal that its caller can understand and correct. Whatever is thrown and isn't one is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.details = details;
  }
}

/** A thing that is missing and a thing of another organization answer byte for byte alike. */
export const notFound = (what: string) => new AppError('NOT_FOUND', `${what} not found`);

/** The refusal of one field, as a schema would have refused it. */
export const invalidField = (field: string, message: string, details: ErrorDetails = {}) =>
  new AppError('VALIDATION_ERROR', message, { field, ...details });
