import { healthCheck } from '../../shared/health/check-health.ts';
import { healthRoutes } from '../../shared/health/routes.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { httpHandler } from '../../shared/platform/http/http-handler.ts';
import { appTable, httpServices, version } from '../../shared/services.ts';

const check = healthCheck(appTable(), systemClock, version);

export const handler = httpHandler(healthRoutes, httpServices(), {
  getHealth: () => check(),
});
