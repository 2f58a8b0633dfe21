import { z } from 'zod';
import { CorsConfiguration } from '../http/cors.ts';
import { functionUrlHandler } from '../http/function-url.ts';
import type { LocalRuntime } from '../local-runtime.ts';
import type { InvokeOutcome, Resource, ResourceKind } from '../runtime.ts';

const Properties = z.object({
  AuthType: z.literal('NONE', 'only function URLs without IAM authentication run locally'),
  Cors: CorsConfiguration.optional(),
  InvokeMode: z.literal('BUFFERED', 'streamed answers do not run locally').optional(),
  TargetFunctionArn: z.string(),
});

/** A function URL on a port of its own; open to everybody whom the function's policy lets in. */
export const lambdaUrl: ResourceKind = {
  type: 'AWS::Lambda::Url',
  properties: Object.keys(Properties.shape),
  listens: 'webhook',
  identify({ logicalId, stack }, runtime: LocalRuntime) {
    const address = runtime.listeners.get(`${stack}.${logicalId}`)?.url;
    if (address === undefined) throw new Error(`${stack}.${logicalId} has no port`);
    return {
      ref: `${stack}-${logicalId}`,
      attributes: { FunctionUrl: `${address}/`, FunctionArn: `${stack}-${logicalId}` },
    };
  },
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const { Cors: cors, TargetFunctionArn: target } = Properties.parse(properties);
    const arn = target.startsWith('arn:')
      ? target
      : `arn:aws:lambda:${runtime.region}:${runtime.account}:function:${target}`;
    const listener = runtime.listeners.get(`${stack}.${logicalId}`);
    const allowed = mayAnybodyInvoke(runtime, arn);
    const forbidden: InvokeOutcome = { ok: false, errorType: 'AccessDeniedException', errorMessage: 'Forbidden' };
    listener?.serve(
      functionUrlHandler({
        urlId: logicalId.toLowerCase(),
        account: runtime.account,
        domainName: `127.0.0.1:${listener.port}`,
        cors,
        invoke: async (event) => (allowed() ? runtime.functions.invoke(arn, event) : forbidden),
      }),
    );
  },
};

/** Asked at the first request and kept: the permission may be started after the URL. */
function mayAnybodyInvoke({ principals }: LocalRuntime, functionArn: string): () => boolean {
  let decided: boolean | undefined;
  const context = { 'lambda:FunctionUrlAuthType': 'NONE', 'lambda:InvokedViaFunctionUrl': 'true' };
  const anybody = { kind: 'service' as const, principal: 'anonymous' };
  return () => {
    decided ??= ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every(
      (action) => principals.authorize(anybody, action, functionArn, context).allowed,
    );
    return decided;
  };
}
