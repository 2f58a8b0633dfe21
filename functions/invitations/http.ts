import { invitationServices } from '../../shared/identity-services.ts';
import { joinPage, joinPagePolicy } from '../../shared/invitations/join-page.ts';
import { invitationManagement } from '../../shared/invitations/manage-invitations.ts';
import { lookUpInvitation } from '../../shared/invitations/redeem-invitation.ts';
import { invitationRoutes } from '../../shared/invitations/routes.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices } from '../../shared/services.ts';

const services = invitationServices();
const invitations = invitationManagement(services);

export const handler = httpHandler(invitationRoutes, httpServices(), {
  listInvitations: ({ caller, query }) => invitations.list(caller, query),
  createInvitation: async ({ caller, body, baseUrl }) => ({ data: await invitations.create(caller, body, baseUrl) }),
  resendInvitation: async ({ caller, params, baseUrl }) => ({
    data: await invitations.resend(caller, params.invitationId, baseUrl),
  }),
  revokeInvitation: ({ caller, params }) => invitations.revoke(caller, params.invitationId),
  lookUpInvitation: async ({ body }) => ({ data: await lookUpInvitation(services, body.invitation) }),
  getJoinPage: async () => ({ text: joinPage, headers: { 'content-security-policy': joinPagePolicy } }),
});
