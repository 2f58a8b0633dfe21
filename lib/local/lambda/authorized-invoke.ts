import type { InvokeOutcome, Invoker, Runtime } from '../runtime.ts';
import type { Denial } from '../wire/gateway.ts';
import type { PrincipalRegistry } from '../wire/principals.ts';
import type { Functions } from './functions.ts';

const action = 'lambda:InvokeFunction';

export interface InvokeRights {
  functions: Functions;
  principals: PrincipalRegistry;
  denials: Denial[];
  account: string;
  log: Runtime['log'];
}

/** `runtime.invoke`: asks the function's policy, or the invoker's role, before the function is called. */
export function authorizedInvoke({ functions, principals, denials, account, log }: InvokeRights): Runtime['invoke'] {
  // Policies don't change after the start, and every request of an HTTP API would ask the same again.
  const granted = new Set<string>();

  function refusal(functionArn: string, invoker: Invoker): string | undefined {
    // Lambda's own poller invokes a function whose queue it reads; the role only has to allow the reading.
    if (invoker.kind === 'role' && functions.definition(functionArn)?.roleArn === invoker.roleArn) return undefined;
    const name = invoker.kind === 'role' ? invoker.roleArn : invoker.principal;
    const sourceArn = invoker.kind === 'service' ? invoker.sourceArn : '';
    const key = `${functionArn} ${name} ${sourceArn}`;
    if (granted.has(key)) return undefined;
    const { allowed, reason } =
      invoker.kind === 'role'
        ? principals.authorize({ kind: 'role', arn: name }, action, functionArn)
        : principals.authorize({ kind: 'service', principal: name }, action, functionArn, {
            'aws:SourceArn': sourceArn,
            'aws:SourceAccount': account,
          });
    if (allowed) {
      granted.add(key);
      return undefined;
    }
    denials.push({ principal: name, action, resource: functionArn, reason, at: new Date().toISOString() });
    const source = sourceArn === '' ? '' : ` for ${sourceArn}`;
    return `User: ${name} is not authorized to perform: ${action} on resource: ${functionArn}${source} ${reason}`;
  }

  return async (functionArn, event, invoker): Promise<InvokeOutcome> => {
    const refused = refusal(functionArn, invoker);
    if (refused === undefined) return functions.invoke(functionArn, event);
    log({ level: 'error', source: 'iam', message: refused });
    return { ok: false, errorType: 'AccessDeniedException', errorMessage: refused };
  };
}
