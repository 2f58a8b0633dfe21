import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { auditLogRoutes } from '../../shared/audit-logs/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** The audit log: read through the API, sealed by the clock. Its entries are written by whatever they record. */
export class AuditStack extends Stack {
  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'Audit', { stackName: `${config.name}-audit` });
    const logs = new AppFunction(this, 'audit-logs/http', { config, timeout: Duration.seconds(10) });
    logs.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'AuditLogs', { api, routes: auditLogRoutes, handler: logs });

    const seal = new AppFunction(this, 'audit-logs/seal.schedule', { config, timeout: Duration.minutes(5) });
    // No update and no deletion of what it sealed: a marker is all that it may take away.
    seal.usesTable(data.table, ['Query', 'PutItem', 'DeleteItem']);
    new Schedule(this, 'SealAudit', {
      every: Duration.minutes(5),
      run: seal,
      impact: 'New audit entries stay unsealed: an alteration of them would go unnoticed.',
      topic: data.alarms,
    });
  }
}
