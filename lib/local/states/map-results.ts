import type { Json } from './payload-template.ts';
import { maxPayloadBytes, StateError } from './state-error.ts';

/** How one child execution of a distributed map ended. */
export interface ChildResult {
  executionArn: string;
  name: string;
  stateMachineArn: string;
  index: number;
  input: Json;
  start: Date;
  stop: Date;
  outcome: { ok: true; output: Json } | { ok: false; error: string; cause: string };
}

/** Takes the children's results as they come, and makes the Map state's result of them. */
export interface MapResults {
  add(child: ChildResult): Promise<void>;
  /** The Map state's result; called once, when no child is left, whether the map succeeded or not. */
  finish(): Promise<Json>;
  /** Gives back what it holds, whatever happened. */
  discard(): Promise<void>;
}

/** Results as the Map state's own output: those of the children that succeeded, in the order of the items. */
export function resultsInMemory(): MapResults {
  const outputs: Json[] = [];
  let bytes = 2;
  return {
    async add({ index, outcome }) {
      if (!outcome.ok) return;
      bytes += Buffer.byteLength(JSON.stringify(outcome.output)) + 1;
      // Past the limit the state fails in the end; nothing more needs to be held for that.
      if (bytes <= maxPayloadBytes) outputs[index] = outcome.output;
    },
    async finish() {
      const cause = `The results are over the limit of ${maxPayloadBytes} bytes: a ResultWriter is needed`;
      if (bytes > maxPayloadBytes) throw new StateError('States.DataLimitExceeded', cause, { final: true });
      return outputs.filter(() => true);
    },
    async discard() {},
  };
}
