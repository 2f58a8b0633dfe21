import { confirmEmailChange, startEmailChange } from '../../shared/auth/change-email.ts';
import { changePassword, resetPassword } from '../../shared/auth/change-password.ts';
import { openIdConfiguration } from '../../shared/auth/openid-configuration.ts';
import { refreshSession } from '../../shared/auth/refresh-session.ts';
import { register } from '../../shared/auth/register.ts';
import { authRoutes } from '../../shared/auth/routes.ts';
import { showCaller } from '../../shared/auth/show-user.ts';
import { signIn } from '../../shared/auth/sign-in.ts';
import { updateMe } from '../../shared/auth/update-me.ts';
import { signInServices } from '../../shared/identity-services.ts';
import { redeemInvitation } from '../../shared/invitations/redeem-invitation.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { appTable, httpServices, publicKeys, tokenIssuer } from '../../shared/services.ts';

const services = signInServices();

export const handler = httpHandler(authRoutes, httpServices(), {
  register: ({ body, ...request }) =>
    body.invitation === undefined
      ? register(services, { body, ...request })
      : redeemInvitation(services, { ...body, invitation: body.invitation }, request),
  login: ({ body, sourceIp, userAgent }) => signIn(services, body, { sourceIp, userAgent }),
  refresh: ({ body, sourceIp, userAgent }) => refreshSession(services, body.refresh_token, { sourceIp, userAgent }),
  getMe: async ({ caller }) => ({ data: await showCaller(appTable(), caller) }),
  updateMe: async ({ caller, body }) => ({ data: await updateMe(services, caller, body) }),
  changePassword: ({ caller, body }) => changePassword(services, caller, body),
  resetPassword: ({ body, sourceIp, userAgent }) => resetPassword(services, body, { sourceIp, userAgent }),
  startEmailChange: async ({ caller, body }) => ({ data: await startEmailChange(services, caller, body) }),
  confirmEmailChange: async ({ caller, body }) => ({ data: await confirmEmailChange(services, caller, body) }),
  getSigningKeys: async () => ({ keys: await publicKeys() }),
  getOpenIdConfiguration: async () => openIdConfiguration(tokenIssuer()),
});
