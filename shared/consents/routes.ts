import { one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { Consent, NewConsent } from './consent.ts';

export const consentRoutes = defineRoutes({
  recordConsent: {
    method: 'POST',
    path: '/contacts/{contactId}/consents',
    aliases: ['/leads/{contactId}/consents'],
    summary: 'Records a consent of a contact, or its revocation, with proof; what is recorded stays',
    access: 'contacts:write',
    body: NewConsent,
    status: 201,
    returns: one(Consent),
    errors: ['CONFLICT'],
  },
  listConsents: {
    method: 'GET',
    path: '/contacts/{contactId}/consents',
    aliases: ['/leads/{contactId}/consents'],
    summary: 'The consents of a contact and their revocations, the latest first',
    access: 'contacts:read',
    query: pageQuery,
    status: 200,
    returns: pageOf(Consent),
  },
});
