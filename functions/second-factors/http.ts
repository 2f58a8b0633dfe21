import { secondFactorServices } from '../../shared/identity-services.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { secondFactorManagement } from '../../shared/second-factors/manage-second-factors.ts';
import { secondFactorRoutes } from '../../shared/second-factors/routes.ts';
import { httpServices } from '../../shared/services.ts';

const steps = secondFactorManagement(secondFactorServices());

export const handler = httpHandler(secondFactorRoutes, httpServices(), {
  startSecondStep: async ({ caller, body }) => ({ data: await steps.begin(caller, body) }),
  confirmSecondStep: async ({ caller, body }) => ({ data: await steps.confirm(caller, body) }),
  disableSecondStep: async ({ caller, body }) => ({ data: await steps.disable(caller, body.current_password) }),
  startTotp: async ({ caller, body }) => ({ data: await steps.beginTotp(caller, body.current_password) }),
  confirmTotp: async ({ caller, body }) => ({ data: await steps.confirmTotp(caller, body.code) }),
  renewRecoveryCodes: async ({ caller, body }) => ({
    data: await steps.renewRecoveryCodes(caller, body.current_password),
  }),
});
