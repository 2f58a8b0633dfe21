import { Duration } from 'aws-cdk-lib';
import { Schedule as EventsSchedule, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';

export interface ScheduleProps {
  every: Duration;
  run: IFunction;
  /** Who or what suffers while it fails. */
  impact: string;
  topic: ITopic;
}

/** Failures in a row that somebody has to look at. */
const failures = 3;

/** Runs a function by the clock. A missed or failed run is made up by the next, so events are not retried. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { every, run, impact, topic }: ScheduleProps) {
    super(scope, id);
    // Three failures in a row; a metric's period ends at a day.
    const period = Duration.minutes(Math.min(24 * 60, Math.max(5, every.toMinutes() * failures)));
    new Rule(this, 'Rule', {
      schedule: EventsSchedule.rate(every),
      targets: [new LambdaFunction(run, { retryAttempts: 0 })],
    });
    new Alarm(this, 'ScheduleFails', {
      impact,
      metric: run.metricErrors({ period }),
      threshold: Math.max(1, Math.min(failures, Math.floor(period.toMinutes() / every.toMinutes()))),
      topic,
    });
  }
}
