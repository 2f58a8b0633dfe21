import { z } from 'zod';

const path = z.string();
const nullablePath = z.string().nullable().optional();
const template = z.unknown().optional();
const end = { Next: z.string().optional(), End: z.boolean().optional() };
const every = { Comment: z.string().optional(), QueryLanguage: z.literal('JSONPath').optional() };
const inOut = { ...every, InputPath: nullablePath, OutputPath: nullablePath };
const result = { ResultPath: nullablePath, ResultSelector: template };

const Retrier = z.strictObject({
  ErrorEquals: z.array(z.string()),
  Comment: z.string().optional(),
  IntervalSeconds: z.number().optional(),
  MaxAttempts: z.number().optional(),
  BackoffRate: z.number().optional(),
  MaxDelaySeconds: z.number().optional(),
  JitterStrategy: z.enum(['NONE', 'FULL']).optional(),
});
const Catcher = z.strictObject({
  ErrorEquals: z.array(z.string()),
  Comment: z.string().optional(),
  Next: z.string(),
  ResultPath: nullablePath,
});
const recovery = { Retry: z.array(Retrier).optional(), Catch: z.array(Catcher).optional() };

const TaskState = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.string(),
  Parameters: template,
  TimeoutSeconds: z.number().positive().optional(),
  TimeoutSecondsPath: path.optional(),
  ...inOut,
  ...result,
  ...recovery,
  ...end,
});

const PassState = z.strictObject({
  Type: z.literal('Pass'),
  // The interpreter takes a falsy result for none.
  Result: z.unknown().refine(Boolean, 'an empty Result is not implemented').optional(),
  Parameters: template,
  ResultPath: nullablePath,
  ...inOut,
  ...end,
});

const WaitState = z.strictObject({
  Type: z.literal('Wait'),
  Seconds: z.number().nonnegative().optional(),
  SecondsPath: path.optional(),
  Timestamp: z.iso.datetime({ offset: true }).optional(),
  TimestampPath: path.optional(),
  ...inOut,
  ...end,
});

const ChoiceState = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(z.record(z.string(), z.unknown())),
  Default: z.string().optional(),
  ...inOut,
});

const SucceedState = z.strictObject({ Type: z.literal('Succeed'), ...inOut });

const FailState = z.strictObject({
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  ErrorPath: path.optional(),
  Cause: z.string().optional(),
  CausePath: path.optional(),
  ...every,
});

const ParallelState = z.strictObject({
  Type: z.literal('Parallel'),
  Branches: z.array(z.unknown()),
  Parameters: template,
  ...inOut,
  ...result,
  ...recovery,
  ...end,
});

const ItemReader = z.strictObject({
  Resource: z.string().regex(/^arn:aws[\w-]*:states:::s3:getObject$/, 'only s3:getObject is implemented'),
  Parameters: z.unknown(),
  ReaderConfig: z.strictObject({
    InputType: z.enum(['JSON', 'JSONL', 'CSV']),
    MaxItems: z.number().int().positive().optional(),
    CSVHeaderLocation: z.enum(['FIRST_ROW', 'GIVEN']).optional(),
    CSVHeaders: z.array(z.string()).optional(),
    CSVDelimiter: z.enum(['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB']).optional(),
  }),
});
const ItemBatcher = z.strictObject({
  MaxItemsPerBatch: z.number().int().positive().optional(),
  MaxItemsPerBatchPath: path.optional(),
  MaxInputBytesPerBatch: z.number().int().positive().max(262_144).optional(),
  BatchInput: template,
});
const ResultWriter = z.strictObject({
  Resource: z.string().regex(/^arn:aws[\w-]*:states:::s3:putObject$/, 'only s3:putObject is implemented'),
  Parameters: z.unknown(),
  WriterConfig: z
    .strictObject({ OutputType: z.literal('JSON').optional(), Transformation: z.literal('NONE').optional() })
    .optional(),
});

const MapState = z.strictObject({
  Type: z.literal('Map'),
  ItemProcessor: z.unknown().optional(),
  Iterator: z.unknown().optional(),
  ItemsPath: path.optional(),
  ItemSelector: template,
  Parameters: template,
  MaxConcurrency: z.number().int().nonnegative().optional(),
  MaxConcurrencyPath: path.optional(),
  ItemReader: ItemReader.optional(),
  ItemBatcher: ItemBatcher.optional(),
  ResultWriter: ResultWriter.optional(),
  ToleratedFailureCount: z.number().int().nonnegative().optional(),
  ToleratedFailureCountPath: path.optional(),
  ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
  ToleratedFailurePercentagePath: path.optional(),
  // AWS makes one up where there is none; the length is its own limit.
  Label: z.string().max(40).optional(),
  ...inOut,
  ...result,
  ...recovery,
  ...end,
});

export const State = z.discriminatedUnion('Type', [
  TaskState,
  PassState,
  WaitState,
  ChoiceState,
  SucceedState,
  FailState,
  ParallelState,
  MapState,
]);
export type State = z.infer<typeof State>;
export type TaskState = z.infer<typeof TaskState>;
export type WaitState = z.infer<typeof WaitState>;
export type ParallelState = z.infer<typeof ParallelState>;
export type MapState = z.infer<typeof MapState>;

const Definition = z.strictObject({
  StartAt: z.string(),
  States: z.record(z.string(), z.unknown()),
  Comment: z.string().optional(),
  Version: z.string().optional(),
  TimeoutSeconds: z.number().positive().optional(),
  QueryLanguage: z.literal('JSONPath').optional(),
  ProcessorConfig: z
    .strictObject({
      Mode: z.enum(['INLINE', 'DISTRIBUTED']).optional(),
      ExecutionType: z.enum(['STANDARD', 'EXPRESS']).optional(),
    })
    .optional(),
});
export interface Definition extends Omit<z.infer<typeof Definition>, 'States'> {
  States: Record<string, State>;
}

/**
 * Parses one level of an Amazon States Language definition: branches and item processors stay as they are.
 * Throws with state and field for everything that the local interpreter doesn't run, JSONata and Assign among it.
 */
export function parseDefinition(definition: unknown, where: string): Definition {
  const parsed = orRefuse(Definition, definition, where);
  const states = Object.entries(parsed.States).map(
    ([name, state]) => [name, orRefuse(State, state, `${where}, state ${name}`)] as const,
  );
  return { ...parsed, States: Object.fromEntries(states) };
}

function orRefuse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${where} is not supported by the local runtime: ${z.prettifyError(parsed.error)}`);
}
