import type { InvokeOutcome } from '../runtime.ts';
import { type CorsConfiguration, corsHeaders, isPreflight, preflightHeaders } from './cors.ts';
import { type RequestHandler, sendJson } from './listeners.ts';
import { type ProxyEvent, proxyEvent } from './proxy-event.ts';
import { proxyResponse, writeResult } from './proxy-response.ts';
import { lambdaPayloadBytes, readBody } from './request-body.ts';

export interface FunctionUrlFront {
  urlId: string;
  account: string;
  domainName: string;
  cors: CorsConfiguration | undefined;
  invoke: (event: ProxyEvent) => Promise<InvokeOutcome>;
}

/** Answers requests as a function URL does: payload format 2.0, every path and method, one function. */
export function functionUrlHandler({ urlId, account, domainName, cors, invoke }: FunctionUrlFront): RequestHandler {
  return async (request, response) => {
    const extra = cors ? corsHeaders(cors, request.headers.origin) : {};
    if (cors && isPreflight(request.method, request.headers))
      return void response.writeHead(200, preflightHeaders(cors, request.headers)).end();
    const refuse = (status: number, message: string) => sendJson(response, status, { Message: message }, extra);

    const body = await readBody(request, lambdaPayloadBytes);
    if (!body) return refuse(413, 'Request Entity Too Large');
    const event = proxyEvent({
      request,
      body,
      account,
      apiId: urlId,
      stage: '$default',
      routeKey: '$default',
      domainName: request.headers.host ?? domainName,
    });
    const outcome = await invoke(event);
    if (!outcome.ok) {
      if (outcome.errorType === 'TooManyRequestsException') return refuse(429, 'Rate Exceeded.');
      if (outcome.errorType === 'AccessDeniedException') return refuse(403, 'Forbidden');
      return refuse(502, 'Internal Server Error');
    }
    const result = proxyResponse(outcome.payload);
    if (!result) return refuse(502, 'Internal Server Error');
    writeResult(result, request, response, extra);
  };
}
