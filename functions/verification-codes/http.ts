import { startPasswordReset } from '../../shared/auth/change-password.ts';
import { confirmSignIn } from '../../shared/auth/confirm-sign-in.ts';
import { signInServices } from '../../shared/identity-services.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices } from '../../shared/services.ts';
import { verificationCodeRoutes } from '../../shared/verification-codes/routes.ts';
import { resendCode } from '../../shared/verification-codes/start-challenge.ts';

const services = signInServices();

export const handler = httpHandler(verificationCodeRoutes, httpServices(), {
  sendCode: async ({ body: { challenge, username, email }, sourceIp, userAgent }) => ({
    data:
      challenge === undefined
        ? await startPasswordReset(services, username ?? email ?? '', { sourceIp, userAgent })
        : await resendCode(services, challenge),
  }),
  confirmCode: ({ body, sourceIp, userAgent }) => confirmSignIn(services, body, { sourceIp, userAgent }),
});
