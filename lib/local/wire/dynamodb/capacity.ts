import { z } from 'zod';

const Consumed = z.looseObject({ CapacityUnits: z.number().default(0) });
const ConsumedList = z.union([z.array(Consumed), Consumed.transform((one) => [one])]);
const Answer = z.looseObject({ ConsumedCapacity: ConsumedList.optional() });
const Asked = z.looseObject({ ReturnConsumedCapacity: z.string().optional() });
const Cancelled = z.looseObject({ CancellationReasons: z.array(z.unknown()).default([]) });
const Results = z.looseObject({ Responses: z.array(z.looseObject({ Error: z.unknown().optional() })).default([]) });

const reads = new Set(['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan']);
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);
const statements = new Set(['ExecuteStatement', 'BatchExecuteStatement', 'ExecuteTransaction']);

/** The engine writes it last; elsewhere the whole answer is parsed. */
const atTheEnd = /,?"ConsumedCapacity":(\{[^{}]*\}|\[(?:\{[^{}]*\},?)*\])\}$/;
const tailBytes = 8192;

export interface Units {
  read: number;
  write: number;
}

/** The request with `ReturnConsumedCapacity` set, and whether the caller had asked for it by itself. */
export function askForCapacity(action: string, body: Buffer, input: unknown): { body: Buffer; stripAnswer: boolean } {
  if (!reads.has(action) && !writes.has(action) && !statements.has(action)) return { body, stripAnswer: false };
  const asked = Asked.safeParse(input).data?.ReturnConsumedCapacity;
  if (asked === 'TOTAL' || asked === 'INDEXES') return { body, stripAnswer: false };
  if (asked !== undefined) {
    return {
      body: Buffer.from(JSON.stringify({ ...Asked.parse(input), ReturnConsumedCapacity: 'TOTAL' })),
      stripAnswer: true,
    };
  }
  // Spliced in after the first brace: writing the whole body again would cost more than the call.
  const brace = body.indexOf('{') + 1;
  return {
    body: Buffer.concat([Buffer.from('{"ReturnConsumedCapacity":"TOTAL",'), body.subarray(brace)]),
    stripAnswer: true,
  };
}

function isRead(action: string, input: unknown): boolean {
  if (reads.has(action)) return true;
  // DynamoDB takes no batch that mixes reads and writes: the first statement tells.
  return statements.has(action) && /"Statement":"\s*(SELECT|EXISTS)/i.test(JSON.stringify(input).slice(0, 500));
}

/** Units of a refused write, which DynamoDB bills too but does not tell: one for each item, two in a transaction. */
function refusedUnits(action: string, status: number, text: string): number {
  if (status === 400 && text.includes('#ConditionalCheckFailedException')) return 1;
  if (status === 400 && text.includes('#TransactionCanceledException')) {
    return 2 * Cancelled.parse(JSON.parse(text)).CancellationReasons.length;
  }
  if (status === 200 && action === 'BatchExecuteStatement' && text.includes('"Error"')) {
    return Results.parse(JSON.parse(text)).Responses.filter((result) => result.Error !== undefined).length;
  }
  return 0;
}

/** What a call consumed, and its answer without `ConsumedCapacity` when the caller had not asked for it. */
export function readCapacity(
  call: { action: string; input: unknown },
  status: number,
  body: Buffer,
  strip: boolean,
): { body: Buffer; units: Units } {
  const read = isRead(call.action, call.input);
  const asUnits = (sum: number): Units => (read ? { read: sum, write: 0 } : { read: 0, write: sum });
  const refused =
    !read && (status !== 200 || statements.has(call.action))
      ? refusedUnits(call.action, status, body.toString('utf8'))
      : 0;
  if (status !== 200) return { body, units: asUnits(refused) };

  const start = Math.max(0, body.length - tailBytes);
  const tail = body.toString('latin1', start);
  const match = atTheEnd.exec(tail);
  if (match?.[1]) {
    const sum = ConsumedList.parse(JSON.parse(match[1])).reduce((total, one) => total + one.CapacityUnits, refused);
    const rest = strip ? Buffer.concat([body.subarray(0, start + match.index), Buffer.from('}')]) : body;
    return { body: rest, units: asUnits(sum) };
  }
  if (body.indexOf('"ConsumedCapacity"') < 0) return { body, units: asUnits(refused) };
  const { ConsumedCapacity: consumed = [], ...rest } = Answer.parse(JSON.parse(body.toString('utf8')));
  const sum = consumed.reduce((total, one) => total + one.CapacityUnits, refused);
  return { body: strip ? Buffer.from(JSON.stringify(rest)) : body, units: asUnits(sum) };
}
