import type { Readable } from 'node:stream';

/** Services as the credential scope of a signature names them. */
export const serviceNames = ['dynamodb', 's3', 'sqs', 'kms', 'states', 'ses'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Who calls: a role of the template, a service on a resource's behalf, or the person at the machine. */
export type Principal =
  | { kind: 'role'; arn: string }
  | { kind: 'service'; principal: string }
  | { kind: 'administrator'; arn: string };

/** Values of condition keys, the keys as IAM writes them; several values for keys like `dynamodb:LeadingKeys`. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** One permission that a call needs. */
export interface Need {
  action: string;
  resource: string;
  context?: RequestContext;
}

/** One call as it came over the wire, its caller already known. */
export interface AwsCall {
  service: ServiceName;
  /** Operation without the service: `GetItem`, `PutObject`. */
  action: string;
  method: string;
  url: URL;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Whole for the JSON services, a stream for S3. */
  body: Buffer | Readable;
  /** The parsed body of a JSON service; undefined for S3. */
  input: unknown;
  principal: Principal;
  /** Aborted when the caller hung up or the gateway closes: whatever waits (long polling) ends on it. */
  signal: AbortSignal;
}

export interface AwsAnswer {
  status: number;
  headers: Record<string, string>;
  body?: string | Buffer | Readable;
  /** Request units that this call consumed, for the meter. */
  units?: { read: number; write: number };
}

export interface Engine {
  /** Names the operation of a call where the address does; the other services have it in `X-Amz-Target`. */
  actionOf?(request: { method: string; url: URL; headers: AwsCall['headers'] }): string;
  /** Operations whose body is handed on as a stream; every other body is read whole first. */
  streams?(action: string): boolean;
  /** What authorization this call needs; none means that no row names it, and the call is denied. */
  needs(call: AwsCall): readonly Need[];
  /** Answers an authorized call; throws `AwsError` for an error in the service's own shape. */
  handle(call: AwsCall): Promise<AwsAnswer>;
  /** Answers a call that carries no credentials (CORS preflight); undefined refuses it. */
  anonymous?(request: { method: string; url: URL; headers: AwsCall['headers'] }): AwsAnswer | undefined;
  /** Headers that go on every answer, errors included (CORS). */
  extraHeaders?(request: { method: string; url: URL; headers: AwsCall['headers'] }): Record<string, string>;
}

type ErrorFields = Readonly<Record<string, string | number | undefined>>;

/** An error that AWS would answer: the gateway writes it as JSON or XML, as the service does. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** More members of the error body. */
  readonly fields: ErrorFields;
  constructor(code: string, message: string, status = 400, fields: ErrorFields = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** The answer of a JSON service. */
export function jsonAnswer(body: unknown, status = 200): AwsAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
