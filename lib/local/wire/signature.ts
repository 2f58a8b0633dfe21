import { type AwsCall, AwsError, type Principal, type ServiceName, serviceNames } from './engine.ts';
import { verifyPresigned } from './presigned.ts';
import type { PrincipalRegistry } from './principals.ts';

export interface WireRequest {
  method: string;
  url: URL;
  /** Path and query as they were sent: what was signed. */
  rawUrl: string;
  headers: AwsCall['headers'];
}

export interface Signature {
  service: ServiceName;
  principal: Principal;
}

/** `ACCESSKEY/date/region/service/aws4_request` */
function readScope(credential: string): { accessKeyId: string; scope: string; region: string; service: ServiceName } {
  const [accessKeyId = '', date = '', region = '', name = '', terminator = ''] = credential.split('/');
  const service = serviceNames.find((known) => known === name);
  if (!service || terminator !== 'aws4_request') {
    throw new AwsError('InvalidSignatureException', `The local runtime has no service ${name || '(unnamed)'}.`, 403);
  }
  return { accessKeyId, scope: `${date}/${region}/${name}/${terminator}`, region, service };
}

/**
 * Who sent a request and to which service, from its SigV4 header, whose signature is not computed (the connection
 * never leaves the machine), or from a presigned URL, which is verified whole: it may have been through a browser.
 * Throws `AwsError` for unknown keys, other regions and bad presigned URLs.
 */
export function identifyCaller(
  request: WireRequest,
  known: { principals: PrincipalRegistry; region: string },
): Signature {
  const { authorization } = request.headers;
  const presigned = request.url.searchParams.get('X-Amz-Credential');
  const inHeader = typeof authorization === 'string' ? /Credential=([^,\s]+)/.exec(authorization)?.[1] : undefined;
  const credential = inHeader ?? presigned;
  if (!credential) {
    const code =
      authorization === undefined && !request.headers['x-amz-target'] ? 'AccessDenied' : 'MissingAuthenticationToken';
    throw new AwsError(code, 'The request carries no credentials.', 403);
  }
  const { accessKeyId, scope, region, service } = readScope(credential);
  const caller = known.principals.byAccessKey(accessKeyId);
  if (!caller) {
    const code = service === 's3' ? 'InvalidAccessKeyId' : 'UnrecognizedClientException';
    throw new AwsError(code, 'The access key belongs to no role of the running template.', 403);
  }
  if (region !== known.region) {
    throw new AwsError(
      'AuthorizationHeaderMalformed',
      `The region ${region} is wrong; expecting ${known.region}.`,
      400,
    );
  }
  if (!inHeader) verifyPresigned(request, scope, caller.credentials.secretAccessKey);
  return { service, principal: caller.principal };
}
