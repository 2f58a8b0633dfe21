import { randomUUID } from 'node:crypto';
import { type AwsAnswer, AwsError, type ServiceName } from './engine.ts';
import { xmlDocument } from './s3/xml.ts';

const throttling: Record<ServiceName, { code: string; status: number }> = {
  dynamodb: { code: 'ThrottlingException', status: 400 },
  s3: { code: 'SlowDown', status: 503 },
  sqs: { code: 'RequestThrottled', status: 403 },
  kms: { code: 'ThrottlingException', status: 400 },
  states: { code: 'ThrottlingException', status: 400 },
  ses: { code: 'TooManyRequestsException', status: 429 },
};
const internal: Record<ServiceName, string> = {
  dynamodb: 'InternalServerError',
  s3: 'InternalError',
  sqs: 'InternalFailure',
  kms: 'KMSInternalException',
  states: 'InternalFailure',
  ses: 'InternalServiceErrorException',
};

/** The error with which a service throttles or fails by itself. */
export function faultError(service: ServiceName, kind: 'throttle' | 'error500'): AwsError {
  if (kind === 'error500') return new AwsError(internal[service], 'An internal error occurred.', 500);
  const { code, status } = throttling[service];
  return new AwsError(code, 'Rate exceeded.', status);
}

/** An error in the service's own shape: XML for S3, JSON with `__type` for the others. */
export function errorAnswer(service: ServiceName, { code, message, status, fields }: AwsError): AwsAnswer {
  const requestId = randomUUID();
  if (service === 's3') {
    const body =
      status === 304 ? '' : xmlDocument('Error', { Code: code, Message: message, ...fields, RequestId: requestId });
    return { status, headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId }, body };
  }
  return {
    status,
    headers: {
      'content-type': service === 'kms' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
    },
    body: JSON.stringify({ __type: `com.amazonaws.${service}#${code}`, message, ...fields }),
  };
}
