import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  ItemBatcher,
  JsonPath,
  ResultWriterV2,
  S3JsonLItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  Timeout,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { repeatable } from './retry-policies.ts';

export interface CampaignRunProps {
  runs: IBucket;
  plan: IFunction;
  send: IFunction;
  settle: IFunction;
  /** Batches that are sent at once. */
  concurrency: number;
}

/** Recipients of a child: three transitions for a hundred, $0.75 a million. Ten would be $7.50. */
const batchSize = 100;

/**
 * One run of a campaign: plan the audience until it is whole, then send slice by slice, pass by pass, until nobody is
 * queued. Every step may be repeated, but for the one that calls the provider.
 */
export class CampaignRun extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { runs, plan, send, settle, concurrency }: CampaignRunProps) {
    super(scope, id);
    const invoke = (name: string, lambdaFunction: IFunction) =>
      new LambdaInvoke(this, name, {
        lambdaFunction,
        payloadResponseOnly: true,
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(Duration.minutes(6)),
      });
    const done = new Succeed(this, 'Done');
    const planAudience = invoke('Plan the audience', plan).addRetry(repeatable);
    const settleRun = invoke('Settle the run', settle).addRetry(repeatable);
    const sendSlice = new DistributedMap(this, 'Send to a slice', {
      label: 'SendToSlice',
      mapExecutionType: StateMachineType.STANDARD,
      itemReader: new S3JsonLItemReader({ bucket: runs, key: JsonPath.stringAt('$.manifestKey') }),
      itemBatcher: new ItemBatcher({
        maxItemsPerBatch: batchSize,
        batchInput: {
          // CDK hands these keys on as they are: without `.$` a child would be given the paths as text.
          'organizationId.$': '$.organizationId',
          'campaignId.$': '$.campaignId',
          'run.$': '$.run',
        },
      }),
      maxConcurrency: concurrency,
      // Whom a failed child leaves behind is still queued, or settled by the provider's books: the next pass sees to it.
      toleratedFailurePercentage: 100,
      resultWriterV2: new ResultWriterV2({ bucket: runs, prefix: 'runs/map-results' }),
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(invoke('Send to a batch', send));
    const wait = new Wait(this, 'Wait for the next pass', { time: WaitTime.secondsPath('$.seconds') });

    const whatNext = new Choice(this, 'What next?')
      .when(Condition.stringEquals('$.next', 'send'), sendSlice.next(settleRun))
      .when(Condition.stringEquals('$.next', 'wait'), wait.next(settleRun))
      .otherwise(done);
    settleRun.next(whatNext);
    const definition = planAudience.next(
      new Choice(this, 'Is all of it planned?')
        .when(Condition.stringEquals('$.next', 'plan'), planAudience)
        .when(Condition.stringEquals('$.next', 'settle'), settleRun)
        .otherwise(done),
    );
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(definition),
      stateMachineType: StateMachineType.STANDARD,
      // A million at one message a second are 11.6 days.
      timeout: Duration.days(30),
    });
  }
}
