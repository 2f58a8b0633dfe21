import { closureManagement } from '../../shared/closures/manage-closure.ts';
import { closureRoutes } from '../../shared/closures/routes.ts';
import { closureServices } from '../../shared/identity-services.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { httpServices } from '../../shared/services.ts';

const closures = closureManagement(closureServices());

export const handler = httpHandler(closureRoutes, httpServices(), {
  requestClosure: async ({ caller, body }) => ({ data: await closures.request(caller, body.confirm) }),
  getClosure: async ({ caller }) => ({ data: await closures.show(caller) }),
  cancelClosure: ({ caller }) => closures.cancel(caller),
  eraseOrganization: async ({ caller, body }) => ({ data: await closures.eraseNow(caller, body.confirm) }),
});
