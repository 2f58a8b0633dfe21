import { Duration, Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { consentRoutes } from '../../shared/consents/routes.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { customFieldRoutes } from '../../shared/custom-fields/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import { WorkQueue } from '../constructs/work-queue.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';

/** Contacts with their own fields and consents, contact lists, and the work that a deleted list leaves. */
export class ContactsStack extends Stack {
  /** What a deleted list leaves to do. */
  readonly memberRemovals: Queue;

  constructor(scope: Construct, config: Config, data: DataStack, { api }: ApiStack) {
    super(scope, 'Contacts', { stackName: `${config.name}-contacts` });
    const contacts = new AppFunction(this, 'contacts/http', { config, timeout: Duration.seconds(15) });
    contacts.usesTable(data.table, [...httpTableActions, 'Query']);
    // A list that a scrub derived keeps what it leaves out as an object.
    contacts.usesBucket('RUNS_BUCKET', data.runs, ['GetObject']);
    new FeatureApi(this, 'ContactsApi', { api, routes: contactRoutes, handler: contacts });

    const consents = new AppFunction(this, 'consents/http', { config, timeout: Duration.seconds(15) });
    consents.usesTable(data.table, [...httpTableActions, 'Query', 'ConditionCheckItem']);
    new FeatureApi(this, 'ConsentsApi', { api, routes: consentRoutes, handler: consents });

    const timeout = Duration.minutes(2);
    // A bucket of a large list is a chain of messages, which ends with its members.
    const remove = new AppFunction(this, 'contact-lists/remove-members.queue', {
      config,
      timeout,
      allowsRecursion: true,
    });
    // The members of a list that was merged are put into the other one.
    remove.usesTable(data.table, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'BatchWriteItem',
    ]);
    const { queue } = new WorkQueue(this, 'MemberRemovals', {
      consumer: remove,
      timeout,
      batchSize: 1,
      maxConcurrency: 4,
      impact: 'Members of deleted lists stay in the table: contacts carry lists that are gone, up to their limit.',
      topic: data.alarms,
    });
    remove.usesQueue('MEMBER_REMOVALS_QUEUE_URL', queue);
    this.memberRemovals = queue;

    const lists = new AppFunction(this, 'contact-lists/http', { config, timeout: Duration.seconds(15) });
    lists
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesQueue('MEMBER_REMOVALS_QUEUE_URL', queue)
      .usesBucket('RUNS_BUCKET', data.runs, ['GetObject']);
    new FeatureApi(this, 'ContactListsApi', { api, routes: contactListRoutes, handler: lists });

    const fields = new AppFunction(this, 'custom-fields/http', { config, timeout: Duration.seconds(15) });
    fields.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'CustomFieldsApi', { api, routes: customFieldRoutes, handler: fields });
  }
}
