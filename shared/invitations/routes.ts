import * as z from 'zod';
import { message, one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { InvitationOffer, InvitationView, NewInvitation } from './invitation.ts';

export const invitationRoutes = defineRoutes({
  listInvitations: {
    method: 'GET',
    path: '/invitations',
    summary: 'The invitations of the organization, the newest first',
    access: 'users:manage',
    query: pageQuery,
    status: 200,
    returns: pageOf(InvitationView),
  },
  createInvitation: {
    method: 'POST',
    path: '/invitations',
    summary: 'Invites somebody by e-mail, with a link that works once within seven days',
    access: 'users:manage',
    body: NewInvitation,
    status: 201,
    returns: one(InvitationView),
  },
  resendInvitation: {
    method: 'POST',
    path: '/invitations/{invitationId}/resend',
    summary: 'Sends a new link; the former one works no more',
    access: 'users:manage',
    status: 200,
    returns: one(InvitationView),
    errors: ['CONFLICT', 'TOO_MANY_ATTEMPTS'],
  },
  revokeInvitation: {
    method: 'DELETE',
    path: '/invitations/{invitationId}',
    summary: 'Takes an invitation back',
    access: 'users:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
  lookUpInvitation: {
    method: 'POST',
    path: '/invitations/lookup',
    summary: 'What an invitation offers; it is redeemed by POST /auth/register',
    access: 'public',
    body: z.strictObject({ invitation: z.string().min(1).max(300) }).meta({ id: 'InvitationLookup' }),
    status: 200,
    returns: one(InvitationOffer),
    errors: ['INVALID_CODE'],
  },
  getJoinPage: {
    method: 'GET',
    path: '/join',
    summary: 'The page behind the link of an invitation',
    access: 'public',
    status: 200,
    produces: 'text/html',
  },
});
