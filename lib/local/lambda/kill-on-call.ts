import type { LocalRuntime } from '../local-runtime.ts';

export interface CallToDieOn {
  /** By name, ARN or file (`campaigns/send-batch.task`). */
  functionName: string;
  /** The nth call that matches from now on, counted from 1. */
  nth: number;
  service?: string | undefined;
  /** Operation without the service: `UpdateItem`. */
  action?: string | undefined;
  /** Before the call is applied, or after it and before its answer arrives (the default). */
  phase?: 'before' | 'after' | undefined;
}

/**
 * Ends the busy workers of a function at its nth call to AWS: the crash point of a test, found by counting. Returns
 * what calls it off; throws when there is no such function.
 */
export function killOnCall({ functions, gateway }: LocalRuntime, call: CallToDieOn): () => void {
  const { name, roleArn } = functions.find(call.functionName);
  const phase = call.phase ?? 'after';
  let seen = 0;
  const callOff = gateway.faults.onCall((event) => {
    if (event.phase !== phase || event.principal !== roleArn) return;
    if (call.service !== undefined && event.service !== call.service) return;
    if (call.action !== undefined && event.action !== call.action) return;
    seen += 1;
    if (seen !== call.nth) return;
    callOff();
    // The worker may be gone before its connection is: the call that it died before must not count.
    const { service, action } = event;
    if (phase === 'before') gateway.faults.add({ kind: 'reset-before', role: roleArn, service, action, times: 1 });
    functions.kill(name);
  });
  return callOff;
}
