import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule as EventsSchedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Runs a function by the clock. A missed or failed run is made up by the next, so events are not retried. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { every, run }: { every: Duration; run: IFunction }) {
    super(scope, id);
    new Rule(this, 'Rule', {
      schedule: EventsSchedule.rate(every),
      targets: [new LambdaFunction(run, { retryAttempts: 0 })],
    });
  }
}
