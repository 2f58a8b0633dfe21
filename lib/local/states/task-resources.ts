import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { TaskState } from './definition.ts';
import type { StateHandler } from './machine.ts';
import { type Json, json } from './payload-template.ts';
import type { RoleClients } from './role-clients.ts';
import { StateError, withinPayloadLimit } from './state-error.ts';

type Call = (input: Json, clients: RoleClients) => Promise<unknown>;

const LambdaParameters = z.strictObject({
  FunctionName: z.string(),
  Payload: json.optional(),
  InvocationType: z.literal('RequestResponse').optional(),
});
const SqsParameters = z.strictObject({
  QueueUrl: z.string(),
  MessageBody: z.unknown().transform((body) => (typeof body === 'string' ? body : JSON.stringify(body))),
  DelaySeconds: z.number().optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageAttributes: z
    .record(z.string(), z.strictObject({ DataType: z.string(), StringValue: z.string().optional() }))
    .optional(),
});

const optimized: Record<string, Call> = {
  'lambda:invoke': async (input, clients) => {
    const { FunctionName, Payload } = LambdaParameters.parse(input);
    const payload = await invoke(functionArn(FunctionName, clients), Payload ?? {}, clients);
    return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
  },
  'sqs:sendMessage': (input, { sqs }) => sdk('SQS', () => sqs.send(new SendMessageCommand(SqsParameters.parse(input)))),
  'dynamodb:getItem': (input, { dynamodb }) =>
    sdk('DynamoDB', () => dynamodb.send(new GetItemCommand(z.custom<GetItemCommandInput>().parse(input)))),
  'dynamodb:putItem': (input, { dynamodb }) =>
    sdk('DynamoDB', () => dynamodb.send(new PutItemCommand(z.custom<PutItemCommandInput>().parse(input)))),
  'dynamodb:updateItem': (input, { dynamodb }) =>
    sdk('DynamoDB', () => dynamodb.send(new UpdateItemCommand(z.custom<UpdateItemCommandInput>().parse(input)))),
  'dynamodb:deleteItem': (input, { dynamodb }) =>
    sdk('DynamoDB', () => dynamodb.send(new DeleteItemCommand(z.custom<DeleteItemCommandInput>().parse(input)))),
};

/** A Task state's call. Throws when its resource, or an integration pattern like .waitForTaskToken, is not implemented. */
export function task(state: TaskState, where: string): StateHandler {
  const call = callOf(state.Resource);
  if (!call) throw new Error(`${where}: the resource ${state.Resource} is not supported by the local runtime`);
  if (state.Resource.endsWith(':states:::lambda:invoke')) checkLambdaParameters(state.Parameters, where);
  return async (input, { clients }) =>
    withinPayloadLimit(json.parse(await call(input, clients)), `The result of ${where}`);
}

function callOf(resource: string): Call | undefined {
  if (/^arn:aws[\w-]*:lambda:/.test(resource)) return (input, clients) => invoke(resource, input, clients);
  const integration = /^arn:aws[\w-]*:states:::(?<name>.+)$/.exec(resource)?.groups?.['name'];
  return integration === undefined ? undefined : optimized[integration];
}

function checkLambdaParameters(parameters: unknown, where: string): void {
  const given = z.record(z.string(), z.unknown()).parse(parameters);
  const names = Object.fromEntries(Object.entries(given).map(([key, value]) => [key.replace(/\.\$$/, ''), value]));
  const parsed = LambdaParameters.safeParse(names);
  if (!parsed.success) throw new Error(`${where}: ${z.prettifyError(parsed.error)}`);
}

function functionArn(nameOrArn: string, { region, account }: RoleClients): string {
  const plain = nameOrArn.replace(/:\$LATEST$/, '');
  return plain.startsWith('arn:') ? plain : `arn:aws:lambda:${region}:${account}:function:${plain}`;
}

async function invoke(arn: string, event: unknown, clients: RoleClients): Promise<unknown> {
  const outcome = await clients.invoke(arn, event).catch((error: unknown) => {
    // Refused by permissions, most of the time: AWS reports that as an exception of the service.
    throw new StateError('Lambda.AWSLambdaException', error instanceof Error ? error.message : String(error));
  });
  if (outcome.ok) return outcome.payload ?? null;
  const { errorType, errorMessage, stackTrace: trace } = outcome;
  throw new StateError(errorType, JSON.stringify({ errorType, errorMessage, ...(trace ? { trace } : {}) }));
}

async function sdk(service: string, send: () => Promise<object>): Promise<unknown> {
  try {
    const answer = Object.entries(await send()).filter(([key, value]) => key !== '$metadata' && value !== undefined);
    return Object.fromEntries(answer);
  } catch (error) {
    throw error instanceof Error ? new StateError(`${service}.${error.name}`, error.message) : error;
  }
}
