import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { dncRoutes } from '../../shared/dnc/routes.ts';
import type { Config } from '../config.ts';
import { Alarm } from '../constructs/alarm.ts';
import { AppFunction, httpTableActions, type TableAction } from '../constructs/app-function.ts';
import { DncScrub } from '../constructs/dnc-scrub.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** Do-Not-Call: lists and entries, and the scrub of contact lists against them. */
export class DncStack extends Stack {
  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'Dnc', { stackName: `${config.name}-dnc` });
    const task = (name: string, actions: readonly TableAction[]) =>
      new AppFunction(this, `dnc/${name}.task`, { config, timeout: Duration.minutes(5) }).usesTable(
        data.table,
        actions,
      );

    const plan = task('plan-scrub', ['GetItem', 'Query', 'UpdateItem', 'BatchGetItem']);
    plan.usesBucket('RUNS_BUCKET', data.runs, ['GetObject', 'PutObject']);
    const check = task('check-slice', ['GetItem', 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    check.usesBucket('RUNS_BUCKET', data.runs, ['GetObject', 'PutObject']);
    const finish = task('finish-scrub', ['GetItem', 'PutItem', 'UpdateItem']);
    finish.usesBucket('RUNS_BUCKET', data.runs, ['GetObject', 'PutObject']);
    const fail = task('fail-scrub', ['UpdateItem']);
    fail.usesBucket('RUNS_BUCKET', data.runs, []);

    const { stateMachine } = new DncScrub(this, 'Scrub', {
      runs: data.runs,
      plan,
      check,
      finish,
      fail,
      concurrency: config.sendConcurrency,
    });
    new Alarm(this, 'ScrubsFail', {
      impact: 'Scrubs end without a result: campaigns that wait for a clean list cannot start.',
      metric: stateMachine.metricFailed({ period: Duration.minutes(5) }),
      threshold: 1,
      topic: data.alarms,
    });

    const http = new AppFunction(this, 'dnc/http', { config, timeout: Duration.seconds(15) });
    http.usesTable(data.table, [...httpTableActions, 'Query']);
    http.usesBucket('RUNS_BUCKET', data.runs, []).usesStateMachine('SCRUB_STATE_MACHINE_ARN', stateMachine);
    new FeatureApi(this, 'Api', { api, routes: dncRoutes, handler: http });

    const resume = new AppFunction(this, 'dnc/resume-stalled.schedule', { config, timeout: Duration.minutes(1) });
    resume.usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']);
    resume.usesStateMachine('SCRUB_STATE_MACHINE_ARN', stateMachine);
    new Schedule(this, 'ResumeStalled', {
      every: Duration.minutes(1),
      run: resume,
      impact: 'Scrubs that stand still stay so: a campaign may wait for a clean list that never comes.',
      topic: data.alarms,
    });
  }
}
