import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Fail,
  ItemBatcher,
  JsonPath,
  S3JsonLItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { repeatable } from './retry-policies.ts';

export interface DncScrubProps {
  runs: IBucket;
  plan: IFunction;
  check: IFunction;
  finish: IFunction;
  fail: IFunction;
  concurrency: number;
}

const step = { organizationId: JsonPath.stringAt('$.organizationId'), scrubId: JsonPath.stringAt('$.scrubId') };

// CDK renders the batch's input as it is: paths are marked by hand, or they would arrive as text.
const stepPaths = { 'organizationId.$': '$.organizationId', 'scrubId.$': '$.scrubId' };

/** Plan the audience, check each slice of it, finish with counts and clean list; every step may be repeated. */
export class DncScrub extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { runs, plan, check, finish, fail, concurrency }: DncScrubProps) {
    super(scope, id);
    const invoke = (name: string, lambdaFunction: IFunction, resultPath: string) =>
      new LambdaInvoke(this, name, {
        lambdaFunction,
        payload: TaskInput.fromObject(step),
        payloadResponseOnly: true,
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(Duration.minutes(15)),
        resultPath,
      }).addRetry(repeatable);

    const giveUp = invoke('Record the failure', fail, JsonPath.DISCARD).next(
      new Fail(this, 'Failed', { error: 'SCRUB_FAILED' }),
    );
    const planAudience = invoke('Plan the audience', plan, '$.plan').addCatch(giveUp, { resultPath: '$.failure' });
    const checkSlices = new DistributedMap(this, 'Check each slice', {
      label: 'CheckSlices',
      mapExecutionType: StateMachineType.STANDARD,
      itemReader: new S3JsonLItemReader({ bucket: runs, key: JsonPath.stringAt('$.plan.manifestKey') }),
      itemBatcher: new ItemBatcher({ maxItemsPerBatch: 5, batchInput: stepPaths }),
      maxConcurrency: concurrency,
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(
      new LambdaInvoke(this, 'Check slices', {
        lambdaFunction: check,
        payloadResponseOnly: true,
        retryOnServiceExceptions: false,
        taskTimeout: Timeout.duration(Duration.minutes(5)),
      }).addRetry(repeatable),
    );
    const finishScrub = invoke('Finish', finish, JsonPath.DISCARD).addCatch(giveUp, { resultPath: '$.failure' });
    checkSlices.addCatch(giveUp, { resultPath: '$.failure' });

    const definition = planAudience.next(
      new Choice(this, 'Is all of it planned?')
        .when(Condition.booleanEquals('$.plan.planned', false), planAudience)
        .when(Condition.numberEquals('$.plan.slices', 0), finishScrub.next(new Succeed(this, 'Done')))
        .otherwise(checkSlices.next(finishScrub)),
    );
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      definitionBody: DefinitionBody.fromChainable(definition),
      stateMachineType: StateMachineType.STANDARD,
      timeout: Duration.hours(12),
    });
  }
}
