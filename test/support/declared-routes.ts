import { type Route, routeKeys } from '../../shared/platform/http/route.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { routes } from '../../shared/routes.ts';

export interface DeclaredRoute {
  /** `METHOD /path`, as API Gateway knows it. */
  key: string;
  method: string;
  path: string;
  name: string;
  route: Route;
}

/** Every address of the API, the aliases included. */
export const declaredRoutes: readonly DeclaredRoute[] = Object.values(routes).flatMap((noun) =>
  Object.entries<Route>(noun).flatMap(([name, route]) =>
    routeKeys(route).map((key) => {
      const [method = '', path = ''] = key.split(' ');
      return { key, method, path, name, route };
    }),
  ),
);

/** The path with every parameter filled in. */
export const pathWith = ({ path }: DeclaredRoute, id: string) => path.replaceAll(/\{\w+\}/g, id);

/** A body that the route's schema takes, made of what changes little; `undefined` where it has none. */
export const acceptableBody = ({ key, route }: DeclaredRoute): string | undefined => {
  if (!route.body) return undefined;
  const candidates = [
    {},
    { name: 'Another name' },
    { roles: ['viewer'] },
    { source: 'Web form' },
    { contactIds: [systemIds.random()] },
  ];
  const accepted = candidates.find((candidate) => route.body?.safeParse(candidate).success);
  if (!accepted) throw new Error(`None of the bodies that are tried suits ${key}: add one`);
  return JSON.stringify(accepted);
};
