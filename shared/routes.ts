import { apiKeyRoutes } from './api-keys/routes.ts';
import { auditLogRoutes } from './audit-logs/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { authUserRoutes } from './auth-users/routes.ts';
import { campaignRoutes } from './campaigns/routes.ts';
import { closureRoutes } from './closures/routes.ts';
import { consentRoutes } from './consents/routes.ts';
import { contactJobRoutes } from './contact-jobs/routes.ts';
import { contactListRoutes } from './contact-lists/routes.ts';
import { contactRoutes } from './contacts/routes.ts';
import { customFieldRoutes } from './custom-fields/routes.ts';
import { dncRoutes } from './dnc/routes.ts';
import { docsRoutes } from './docs/routes.ts';
import { exportRoutes } from './exports/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { identityProviderRoutes } from './identity-providers/routes.ts';
import { importRoutes } from './imports/routes.ts';
import { invitationRoutes } from './invitations/routes.ts';
import { organizationRoutes } from './organizations/routes.ts';
import { roleRoutes } from './roles/routes.ts';
import { secondFactorRoutes } from './second-factors/routes.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { verificationCodeRoutes } from './verification-codes/routes.ts';

/** Every route of the API by its noun. The stack, the OpenAPI document and the tests read this; a function only its own. */
export const routes = {
  'api-keys': apiKeyRoutes,
  'audit-logs': auditLogRoutes,
  auth: authRoutes,
  'auth-users': authUserRoutes,
  campaigns: campaignRoutes,
  closures: closureRoutes,
  consents: consentRoutes,
  contacts: contactRoutes,
  'contact-jobs': contactJobRoutes,
  'contact-lists': contactListRoutes,
  'custom-fields': customFieldRoutes,
  dnc: dncRoutes,
  docs: docsRoutes,
  exports: exportRoutes,
  health: healthRoutes,
  'identity-providers': identityProviderRoutes,
  imports: importRoutes,
  invitations: invitationRoutes,
  organizations: organizationRoutes,
  roles: roleRoutes,
  'second-factors': secondFactorRoutes,
  sessions: sessionRoutes,
  'verification-codes': verificationCodeRoutes,
};
