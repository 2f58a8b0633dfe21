import {
  Alarm as CloudWatchAlarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface AlarmProps {
  /** Who or what suffers while this lasts, in words that a person woken by it understands. */
  impact: string;
  metric: IMetric;
  threshold: number;
  /** Periods of the metric, all of them bad, before it fires. */
  periods?: number;
  topic: ITopic;
}

/** An alarm that says what it means. Its id is the heading of its page in docs/runbook.md. */
export class Alarm extends Construct {
  constructor(scope: Construct, id: string, { impact, metric, threshold, periods = 1, topic }: AlarmProps) {
    super(scope, id);
    const alarm = new CloudWatchAlarm(this, 'Alarm', {
      alarmDescription: `${impact} See docs/runbook.md, ${id}.`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(topic));
  }
}
