import { ArnFormat, type Duration, Fn, Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function, LoggingFormat, RecursiveLoop, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { bundleFolder } from '../bundle.ts';
import type { Config } from '../config.ts';

/** The DynamoDB actions that a store may need. Scan is not among them. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'PartiQLInsert';

/** What every HTTP function does to the table: authentication reads, and the answers kept for repeated POSTs. */
export const httpTableActions: readonly TableAction[] = [
  'GetItem',
  'BatchGetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
];

export interface AppFunctionProps {
  config: Config;
  /** How long one event may take. */
  timeout: Duration;
  /** MB; CPU comes in proportion. */
  memory?: number;
  /** Environments kept for this function alone. */
  reservedConcurrency?: number;
  /** A consumer that sends to its own queue on purpose, in a chain that ends. */
  allowsRecursion?: boolean;
}

/**
 * One Lambda function. Its file's name is its name everywhere: `campaigns/send-batch.task` is bundled from
 * `functions/campaigns/send-batch.task.ts`, runs and logs as `…-campaigns-send-batch`.
 */
export class AppFunction extends Function {
  readonly config: Config;

  constructor(scope: Construct, file: string, props: AppFunctionProps) {
    const { config } = props;
    const functionName = `${config.name}-${file.replace('/', '-').replace(/\.(task|queue|schedule|webhook)$/, '')}`;
    const id = file.replaceAll(/[^a-z]+([a-z])|^([a-z])/g, (_match, a?: string, b?: string) =>
      (a ?? b ?? '').toUpperCase(),
    );
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: config.logRetention,
      removalPolicy: config.removalPolicy,
    });
    // A role of our own: the managed policy that CDK would attach may write every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundleFolder(file)),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.TEXT,
      timeout: props.timeout,
      memorySize: props.memory ?? 512,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.allowsRecursion ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      environment: { NODE_OPTIONS: '--enable-source-maps' },
    });
    this.config = config;
  }

  /** Lets the function do exactly these actions on the table, and tells it the table's name. */
  usesTable(table: ITable, actions: readonly TableAction[]): this {
    this.allow(
      actions.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
    return this.knows('TABLE_NAME', table.tableName);
  }

  /** Lets the function do these actions on the bucket's objects, and tells it the bucket's name. */
  usesBucket(
    variable: string,
    bucket: IBucket,
    actions: readonly ('GetObject' | 'PutObject' | 'DeleteObject')[],
  ): this {
    if (actions.length > 0)
      this.allow(
        actions.map((action) => `s3:${action}`),
        [bucket.arnForObjects('*')],
      );
    return this.knows(variable, bucket.bucketName);
  }

  usesQueue(variable: string, queue: IQueue): this {
    this.allow(['sqs:SendMessage'], [queue.queueArn]);
    return this.knows(variable, queue.queueUrl);
  }

  /** Lets the function seal and unseal the secrets of organizations. */
  usesKey(key: IKey): this {
    this.allow(['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]);
    return this.knows('KEY_ARN', key.keyArn);
  }

  /** Lets the function start runs of the machine and ask whether one still runs. */
  usesStateMachine(variable: string, machine: IStateMachine): this {
    this.allow(['states:StartExecution'], [machine.stateMachineArn]);
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${Fn.select(6, Fn.split(':', machine.stateMachineArn))}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.allow(['states:DescribeExecution'], [executions]);
    return this.knows(variable, machine.stateMachineArn);
  }

  allow(actions: string[], resources: string[]): this {
    this.addToRolePolicy(new PolicyStatement({ actions, resources }));
    return this;
  }

  knows(variable: string, value: string): this {
    this.addEnvironment(variable, value);
    return this;
  }
}
