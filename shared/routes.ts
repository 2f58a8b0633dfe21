import { dncRoutes } from './dnc/routes.ts';
import { docsRoutes } from './docs/routes.ts';
import { healthRoutes } from './health/routes.ts';

/** Every route of the API by its noun. The stack, the OpenAPI document and the tests read this; a function only its own. */
export const routes = {
  dnc: dncRoutes,
  docs: docsRoutes,
  health: healthRoutes,
};
