import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { identityProviderRoutes } from '../../shared/identity-providers/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** Issuers that organizations register. These two functions are the only ones that call addresses somebody wrote. */
export class IdentityProvidersStack extends Stack {
  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'IdentityProviders', { stackName: `${config.name}-identity-providers` });
    const trusted = new CfnParameter(this, 'TrustedIssuerHosts', {
      description: 'Hosts of issuers inside your own network, separated by commas: they may be anywhere, and by http',
      default: '',
    }).valueAsString;
    const http = new AppFunction(this, 'identity-providers/http', { config, timeout: Duration.seconds(15) });
    http.usesTable(data.table, [...httpTableActions, 'Query']).knows('TRUSTED_ISSUER_HOSTS', trusted);
    new FeatureApi(this, 'IdentityProvidersApi', { api, routes: identityProviderRoutes, handler: http });

    const refresh = new AppFunction(this, 'identity-providers/refresh-keys.schedule', {
      config,
      timeout: Duration.minutes(5),
      memory: 256,
    });
    refresh
      .usesTable(data.table, ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'])
      .knows('TRUSTED_ISSUER_HOSTS', trusted);
    new Schedule(this, 'RefreshKeys', {
      every: Duration.minutes(1),
      run: refresh,
      impact: 'Tokens of organizations’ own issuers are refused once those change their keys.',
      topic: data.alarms,
    });
  }
}
