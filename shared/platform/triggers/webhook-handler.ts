import type { APIGatewayProxyStructuredResultV2, Context, LambdaFunctionURLEvent } from 'aws-lambda';
import { AppError } from '../../errors.ts';
import { errorStatuses } from '../http/respond.ts';
import { log, logFailure } from '../log.ts';

/** A form that arrived by webhook, not yet believed: the signature is over the URL and every parameter. */
export interface Webhook {
  path: string;
  query: URLSearchParams;
  /** The public address that was called, as the sender signed it. */
  url: string;
  /** The form's parameters; of one that comes several times, the last. */
  params: Record<string, string>;
  /** Every parameter with all its values, known or not, as they are signed. */
  form: Record<string, string | string[]>;
  signature: string;
}

/** What the sender is told: text/xml, or nothing. */
export type WebhookAnswer = { xml: string } | undefined;

/** Larger than any form that a provider sends. */
const mostBytes = 64 * 1024;

/** The Lambda handler behind a function URL. A refusal answers its status and no body; a bug answers 500, to be sent again. */
export const webhookHandler =
  (handle: (webhook: Webhook) => Promise<WebhookAnswer>) =>
  async (event: LambdaFunctionURLEvent, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    log.resetKeys();
    log.addContext(context);
    log.appendKeys({ requestId: event.requestContext.requestId, path: event.rawPath });
    const headers = { 'x-request-id': event.requestContext.requestId };
    try {
      const answer = await handle(read(event));
      log.info('webhook', { status: 200 });
      return answer
        ? { statusCode: 200, headers: { ...headers, 'content-type': 'text/xml' }, body: answer.xml }
        : { statusCode: 204, headers };
    } catch (error) {
      if (error instanceof AppError) {
        log.warn('webhook refused', { code: error.code });
        return { statusCode: errorStatuses[error.code], headers };
      }
      logFailure('webhook failed', error);
      return { statusCode: 500, headers };
    }
  };

const read = (event: LambdaFunctionURLEvent): Webhook => {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (event.requestContext.http.method !== 'POST' || body.length > mostBytes)
    throw new AppError('INVALID_SIGNATURE', 'Not a webhook of the provider');
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const fields = new URLSearchParams(body.toString());
  return {
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    url: `${scheme}://${event.requestContext.domainName}${event.rawPath}${query}`,
    params: Object.fromEntries(fields),
    form: Object.fromEntries([...new Set(fields.keys())].map((name) => [name, valuesOf(fields, name)])),
    signature: event.headers['x-twilio-signature'] ?? '',
  };
};

const valuesOf = (fields: URLSearchParams, name: string) => {
  const values = fields.getAll(name);
  return values.length === 1 ? (values[0] ?? '') : values;
};
