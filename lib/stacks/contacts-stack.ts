import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { consentRoutes } from '../../shared/consents/routes.ts';
import { contactListRoutes } from '../../shared/contact-lists/routes.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { customFieldRoutes } from '../../shared/custom-fields/routes.ts';
import type { Config } from '../config.ts';
import { AppFunction, httpTableActions } from '../constructs/app-function.ts';
import { FeatureApi } from '../constructs/feature-api.ts';
import type { ApiStack } from './api-stack.ts';
import type { ContactJobsStack } from './contact-jobs-stack.ts';
import type { DataStack } from './data-stack.ts';

export interface ContactsStackProps {
  data: DataStack;
  api: ApiStack;
  contactJobs: ContactJobsStack;
}

/** Contacts with their own fields and consents, and contact lists. */
export class ContactsStack extends Stack {
  constructor(scope: Construct, config: Config, { data, api: { api }, contactJobs }: ContactsStackProps) {
    super(scope, 'Contacts', { stackName: `${config.name}-contacts` });
    const contacts = new AppFunction(this, 'contacts/http', { config, timeout: Duration.seconds(15) });
    contacts.usesTable(data.table, [...httpTableActions, 'Query', 'ConditionCheckItem']);
    // A list that a scrub derived keeps what it leaves out as an object.
    contacts.usesBucket('RUNS_BUCKET', data.runs, ['GetObject']);
    new FeatureApi(this, 'ContactsApi', { api, routes: contactRoutes, handler: contacts });

    const consents = new AppFunction(this, 'consents/http', { config, timeout: Duration.seconds(15) });
    consents.usesTable(data.table, [...httpTableActions, 'Query', 'ConditionCheckItem']);
    new FeatureApi(this, 'ConsentsApi', { api, routes: consentRoutes, handler: consents });

    const lists = new AppFunction(this, 'contact-lists/http', { config, timeout: Duration.seconds(15) });
    lists
      .usesTable(data.table, [...httpTableActions, 'Query'])
      .usesQueue('CONTACT_JOBS_QUEUE_URL', contactJobs.queue)
      .usesBucket('RUNS_BUCKET', data.runs, ['GetObject']);
    new FeatureApi(this, 'ContactListsApi', { api, routes: contactListRoutes, handler: lists });

    const fields = new AppFunction(this, 'custom-fields/http', { config, timeout: Duration.seconds(15) });
    fields.usesTable(data.table, [...httpTableActions, 'Query']);
    new FeatureApi(this, 'CustomFieldsApi', { api, routes: customFieldRoutes, handler: fields });
  }
}
