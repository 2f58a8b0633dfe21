import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { apiKeyRoutes } from '../../shared/api-keys/routes.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { authUserRoutes } from '../../shared/auth-users/routes.ts';
import { invitationRoutes } from '../../shared/invitations/routes.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { roleRoutes } from '../../shared/roles/routes.ts';
import { secondFactorRoutes } from '../../shared/second-factors/routes.ts';
import { sessionRoutes } from '../../shared/sessions/routes.ts';
import { verificationCodeRoutes } from '../../shared/verification-codes/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { Schedule } from '../constructs/schedule.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { NotificationsStack } from './notifications-stack.ts';

export interface IdentityStackProps {
  data: DataStack;
  api: ApiStack;
  notifications: NotificationsStack;
}

/** Who signs in, with what rights: sessions, roles, API keys, and the sealed settings of organizations' SMS providers. */
export class IdentityStack extends Stack {
  constructor(scope: Construct, config: Config, { data, api: { api }, notifications }: IdentityStackProps) {
    super(scope, 'Identity', { stackName: `${config.name}-identity` });

    // A password hash takes 46 MiB and a whole core for a moment; CPU comes with memory.
    const signsIn = (file: string) =>
      new AppFunction(this, file, { config, timeout: Duration.seconds(15), memory: 1024 })
        .usesTable(data.table, [...httpTableActions, 'ConditionCheckItem'])
        .usesKey(data.key)
        .usesQueue('NOTIFICATIONS_QUEUE_URL', notifications.queue)
        .knows('REGISTRATION_TIER', config.registrationTier)
        .knows('ATTEMPTS_PER_ADDRESS', String(config.attemptsPerAddress));
    new FeatureApi(this, 'Auth', { api, routes: authRoutes, handler: signsIn('auth/http') });
    const rotate = new AppFunction(this, 'auth/rotate-keys.schedule', { config, timeout: Duration.seconds(30) });
    rotate.usesTable(data.table, ['GetItem', 'PutItem']).usesKey(data.key);
    new Schedule(this, 'RotateKeys', {
      every: Duration.hours(12),
      run: rotate,
      impact: 'The keys of access tokens stay the same: everything works, and a stolen key works for longer.',
      topic: data.alarms,
    });
    const codes = signsIn('verification-codes/http');
    new FeatureApi(this, 'VerificationCodes', { api, routes: verificationCodeRoutes, handler: codes });
    const factors = signsIn('second-factors/http');
    new FeatureApi(this, 'SecondFactors', { api, routes: secondFactorRoutes, handler: factors });

    const organizations = new AppFunction(this, 'organizations/http', { config, timeout: Duration.seconds(10) });
    organizations
      .usesTable(data.table, httpTableActions)
      .usesKey(data.key)
      .knows('REGISTRATION_TIER', config.registrationTier);
    new FeatureApi(this, 'Organizations', { api, routes: organizationRoutes, handler: organizations });

    const sessions = new AppFunction(this, 'sessions/http', { config, timeout: Duration.seconds(10) });
    sessions.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'Sessions', { api, routes: sessionRoutes, handler: sessions });

    const users = new AppFunction(this, 'auth-users/http', { config, timeout: Duration.seconds(15), memory: 1024 });
    users.usesTable(data.table, [...httpTableActions, 'Query', 'BatchWriteItem', 'ConditionCheckItem']);
    new FeatureApi(this, 'AuthUsers', { api, routes: authUserRoutes, handler: users });

    const invitations = new AppFunction(this, 'invitations/http', { config, timeout: Duration.seconds(10) });
    invitations
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesQueue('NOTIFICATIONS_QUEUE_URL', notifications.queue)
      .knows('ATTEMPTS_PER_ADDRESS', String(config.attemptsPerAddress));
    new FeatureApi(this, 'Invitations', { api, routes: invitationRoutes, handler: invitations });

    const roles = new AppFunction(this, 'roles/http', { config, timeout: Duration.seconds(10) });
    roles.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'Roles', { api, routes: roleRoutes, handler: roles });

    const apiKeys = new AppFunction(this, 'api-keys/http', { config, timeout: Duration.seconds(10) });
    apiKeys.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'ApiKeys', { api, routes: apiKeyRoutes, handler: apiKeys });
  }
}
