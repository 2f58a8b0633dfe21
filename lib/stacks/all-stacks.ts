import type { App } from 'aws-cdk-lib';
import type { Config } from '../config.ts';
import { ApiStack } from './api-stack.ts';
import { AuditStack } from './audit-stack.ts';
import { CampaignsStack } from './campaigns-stack.ts';
import { ClosuresStack } from './closures-stack.ts';
import { ContactJobsStack } from './contact-jobs-stack.ts';
import { ContactsStack } from './contacts-stack.ts';
import { DataStack } from './data-stack.ts';
import { DncStack } from './dnc-stack.ts';
import { FullTextStack } from './full-text-stack.ts';
import { IdentityProvidersStack } from './identity-providers-stack.ts';
import { IdentityStack } from './identity-stack.ts';
import { ImportsStack } from './imports-stack.ts';
import { MessagingStack } from './messaging-stack.ts';
import { NotificationsStack } from './notifications-stack.ts';

/** The stacks of one deployment; arrows between them go one way: data, then features, then monitoring. */
export const addStacks = (app: App, config: Config) => {
  const data = new DataStack(app, config);
  const api = new ApiStack(app, config, data);
  const notifications = new NotificationsStack(app, config, data);
  const identity = new IdentityStack(app, config, { data, api, notifications });
  const providers = new IdentityProvidersStack(app, config, data, api);
  const audit = new AuditStack(app, config, data, api);
  const contactJobs = new ContactJobsStack(app, config, data, api);
  const contacts = new ContactsStack(app, config, { data, api, contactJobs });
  const imports = new ImportsStack(app, config, data, api);
  const dnc = new DncStack(app, config, data, api);
  const messaging = new MessagingStack(app, config, data);
  const campaigns = new CampaignsStack(app, config, { data, api, messaging });
  const closures = new ClosuresStack(app, config, { data, api, notifications, imports, contactJobs });
  if (config.fullText) new FullTextStack(app, config, data);
  return {
    data,
    api,
    notifications,
    identity,
    providers,
    audit,
    contacts,
    contactJobs,
    imports,
    dnc,
    messaging,
    campaigns,
    closures,
  };
};
