import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { notFound } from '../../errors.ts';
import type { Clock } from '../clock.ts';
import { type Response, respondError } from './respond.ts';

/**
 * Answers what no route matched: addresses that differ from a canonical one by the prefix `/api/v1` or a trailing
 * slash are sent there (308 keeps method and body), everything else is not found.
 */
export const fallbackHandler =
  (clock: Clock) =>
  async (event: APIGatewayProxyEventV2): Promise<Response> => {
    const { stage, requestId } = event.requestContext;
    const path = event.rawPath.startsWith(`/${stage}/`) ? event.rawPath.slice(stage.length + 1) : event.rawPath;
    const canonical = path.replace(/^\/api\/v1(?=\/|$)/, '').replace(/(?<=.)\/+$/, '') || '/';
    if (canonical === path || canonical.startsWith('//')) return respondError(notFound('Route'), requestId, clock());
    const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
    return { statusCode: 308, headers: { location: `/v1${canonical}${query}`, 'x-request-id': requestId } };
  };
