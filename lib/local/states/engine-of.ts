import type { LocalRuntime } from '../local-runtime.ts';
import { createStates, type StatesEngine } from '../wire/states.ts';

const engines = new WeakMap<LocalRuntime, StatesEngine>();

/** The one Step Functions engine of a runtime, behind its gateway from the first state machine on. */
export function statesOf(runtime: LocalRuntime): StatesEngine {
  const known = engines.get(runtime);
  if (known) return known;
  const engine = createStates(runtime);
  engines.set(runtime, engine);
  runtime.services.states = engine;
  return engine;
}
