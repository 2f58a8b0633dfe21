import { type RunOptions, StateMachine } from 'aws-local-stepfunctions';
import { z } from 'zod';

/** Any JSON value, as states hand it on. */
export type Json = Parameters<StateMachine['run']>[0];
/** Types what came over JSON already; checks nothing. */
export const json = z.custom<Json>();

/**
 * The context object of a run. `Origin` holds what AWS calls `$$.Execution`: the interpreter overwrites that
 * name in every nested machine, so definitions are rewritten to this one when they are read.
 */
export interface Context {
  Origin: { Id: string; Name: string; RoleArn: string; StartTime: string; Input: Json };
  StateMachine: { Id: string; Name: string };
  Map?: { Item: { Index: number; Value: Json } };
}
const runContext = z.custom<RunOptions['context']>();
export const definitionOf = z.custom<ConstructorParameters<typeof StateMachine>[0]>();

/** The options under which the interpreter sees this context. */
export function contextOption(context: Context): { context: RunOptions['context'] } {
  return { context: runContext.parse(context) };
}

// The interpreter exports no evaluator of templates and paths; a machine of one Pass state is one.
function passMachine(fields: Record<string, unknown>): StateMachine {
  const definition = { StartAt: 'Evaluate', States: { Evaluate: { Type: 'Pass', End: true, ...fields } } };
  return new StateMachine(definitionOf.parse(definition), { validationOptions: { noValidate: true } });
}

/** A function that fills a payload template (`"key.$": "$.path"`, intrinsic functions) from input and context. */
export function payloadTemplate(template: unknown): (input: Json, context: Context) => Promise<Json> {
  const machine = passMachine({ Parameters: template });
  return (input, context) => evaluate(machine, input, context);
}

/** The value at a JSONPath of the input, or of the context with `$$`. Fails with States.Runtime where there is none. */
export function valueAt(path: string, input: Json, context: Context): Promise<Json> {
  return evaluate(passMachine({ InputPath: path }), input, context);
}

async function evaluate(machine: StateMachine, input: Json, context: Context): Promise<Json> {
  try {
    return await machine.run(input, contextOption(context)).result;
  } catch (error) {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  }
}
