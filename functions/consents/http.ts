import { listConsents } from '../../shared/consents/list-consents.ts';
import { recordConsent } from '../../shared/consents/record-consent.ts';
import { consentRoutes } from '../../shared/consents/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { appTable, httpServices } from '../../shared/services.ts';

const services = { table: appTable(), clock: systemClock, ids: systemIds };

export const handler = httpHandler(consentRoutes, httpServices(), {
  recordConsent: async ({ caller, params, body }) => ({
    data: await recordConsent(services, caller, params.contactId, body),
  }),
  listConsents: ({ caller, params, query }) => listConsents(services.table, caller, params.contactId, query),
});
