import { z } from 'zod';
import { type AwsCall, AwsError, type Need } from '../engine.ts';

const Table = z.looseObject({ TableName: z.string(), IndexName: z.string().optional() });
const Transaction = z.looseObject({
  TransactItems: z.array(z.record(z.string(), z.looseObject({ TableName: z.string() }))),
});
const Batch = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });
const Statement = z.looseObject({ Statement: z.string() });
const Statements = z.looseObject({ Statements: z.array(Statement) });
const StatementTransaction = z.looseObject({ TransactStatements: z.array(Statement) });

const tableActions = new Set([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'DescribeTable',
  'DescribeTimeToLive',
]);
const transactionActions: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};
const partiqlActions: Record<string, string> = {
  INSERT: 'PartiQLInsert',
  UPDATE: 'PartiQLUpdate',
  DELETE: 'PartiQLDelete',
  SELECT: 'PartiQLSelect',
  EXISTS: 'PartiQLSelect',
};
const partiql =
  /^\s*(?:(INSERT)\s+INTO|(UPDATE)|(DELETE)\s+FROM|(SELECT)\s.*?\sFROM|(EXISTS)\s*\(.*?\sFROM)\s+"?([\w.-]+?)"?(?:\."?([\w-]+)"?)?(?=[\s)]|$)/is;

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AwsError('ValidationException', z.prettifyError(parsed.error));
}

/** What each call needs: transactions and PartiQL by item and statement, batches by table under their own name. */
export function dynamodbNeeds(arnOf: (table: string) => string): (call: AwsCall) => Need[] {
  const need = (action: string, table: string, index?: string): Need => ({
    action: `dynamodb:${action}`,
    resource: index ? `${arnOf(table)}/index/${index}` : arnOf(table),
  });
  const ofStatement = ({ Statement: text }: { Statement: string }): Need => {
    const [, insert, update, remove, select, exists, table, index] = partiql.exec(text) ?? [];
    const action = partiqlActions[(insert ?? update ?? remove ?? select ?? exists ?? '').toUpperCase()];
    if (!action || !table)
      throw new AwsError('ValidationException', "Statement wasn't well formed, can't be processed");
    return need(action, table, index);
  };

  return ({ action, input }) => {
    if (tableActions.has(action)) {
      const { TableName: table, IndexName: index } = parse(Table, input);
      return [need(action, table, index)];
    }
    switch (action) {
      case 'BatchGetItem':
      case 'BatchWriteItem':
        return Object.keys(parse(Batch, input).RequestItems).map((table) => need(action, table));
      case 'TransactWriteItems':
      case 'TransactGetItems':
        return distinct(
          parse(Transaction, input).TransactItems.flatMap((item) =>
            Object.entries(item).map(([kind, { TableName: table }]) => need(transactionActions[kind] ?? kind, table)),
          ),
        );
      case 'ExecuteStatement':
        return [ofStatement(parse(Statement, input))];
      case 'BatchExecuteStatement':
        return distinct(parse(Statements, input).Statements.map(ofStatement));
      case 'ExecuteTransaction':
        return distinct(parse(StatementTransaction, input).TransactStatements.map(ofStatement));
      default:
        return [];
    }
  };
}

/** A hundred items of one table need one decision, not a hundred. */
function distinct(needs: readonly Need[]): Need[] {
  return [...new Map(needs.map((need) => [`${need.action} ${need.resource}`, need])).values()];
}
