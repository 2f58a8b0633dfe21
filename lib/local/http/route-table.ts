/** A route of an HTTP API: `GET /contacts/{contactId}`, `ANY /{proxy+}` or `$default`. */
export interface HttpRoute {
  routeKey: string;
  integrationId: string;
}

export interface RouteMatch {
  route: HttpRoute;
  pathParameters: Record<string, string>;
}

export interface RouteTable {
  /** Throws when the API has the key already, or when HTTP API would refuse it. */
  add(route: HttpRoute): void;
  /** The most specific route, as HTTP API chooses: static before `{name}` before `{name+}` before `$default`. */
  match(method: string, path: string): RouteMatch | undefined;
}

interface ParsedRoute {
  route: HttpRoute;
  method: string;
  segments: string[];
}

const methods = new Set(['ANY', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

export function createRouteTable(): RouteTable {
  const byKey = new Map<string, HttpRoute>();
  // By number of segments for the ordinary routes, so that a hundred routes cost no more than a few.
  const exact = new Map<number, ParsedRoute[]>();
  const greedy: ParsedRoute[] = [];
  let fallback: HttpRoute | undefined;

  return {
    add(route) {
      if (byKey.has(route.routeKey)) throw new Error(`The route ${route.routeKey} exists twice`);
      byKey.set(route.routeKey, route);
      if (route.routeKey === '$default') {
        fallback = route;
        return;
      }
      const parsed = parse(route);
      if (parsed.segments.at(-1)?.endsWith('+}')) insert(greedy, parsed);
      else {
        const sameLength = exact.get(parsed.segments.length) ?? [];
        exact.set(parsed.segments.length, sameLength);
        insert(sameLength, parsed);
      }
    },
    match(method, path) {
      const segments = path.split('/').slice(1);
      for (const candidates of [exact.get(segments.length) ?? [], greedy])
        for (const candidate of candidates) {
          if (candidate.method !== method && candidate.method !== 'ANY') continue;
          const pathParameters = parametersOf(candidate.segments, segments);
          if (pathParameters) return { route: candidate.route, pathParameters };
        }
      return fallback && { route: fallback, pathParameters: {} };
    },
  };
}

function parse(route: HttpRoute): ParsedRoute {
  const [method = '', path = '', ...rest] = route.routeKey.split(' ');
  if (!methods.has(method) || !path.startsWith('/') || rest.length > 0)
    throw new Error(`HTTP API refuses the route key ${route.routeKey}`);
  if (path !== '/' && path.endsWith('/'))
    throw new Error(`HTTP API refuses a route that ends in a slash: ${route.routeKey}`);
  const segments = path.split('/').slice(1);
  if (segments.slice(0, -1).some((segment) => segment.endsWith('+}')))
    throw new Error(`Only the last part of a route may be greedy: ${route.routeKey}`);
  return { route, method, segments };
}

const rank = (segment: string) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0);

/** Keeps the most specific first: segment by segment, then a method before ANY. */
function insert(routes: ParsedRoute[], route: ParsedRoute): void {
  routes.push(route);
  routes.sort((a, b) => {
    for (const [index, segment] of a.segments.entries()) {
      const other = b.segments[index];
      if (other === undefined) return -1;
      const difference = rank(segment) - rank(other);
      if (difference !== 0) return difference;
    }
    if (a.segments.length !== b.segments.length) return b.segments.length - a.segments.length;
    return Number(a.method === 'ANY') - Number(b.method === 'ANY');
  });
}

function parametersOf(pattern: string[], path: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = path[index];
    if (value === undefined) return undefined;
    const kind = rank(segment);
    if (kind === 0 && segment !== value) return undefined;
    if (kind === 1) {
      if (value === '') return undefined;
      parameters[segment.slice(1, -1)] = decode(value);
    }
    if (kind === 2) {
      const rest = path.slice(index).join('/');
      if (rest === '') return undefined;
      parameters[segment.slice(1, -2)] = decode(rest);
    }
  }
  return parameters;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
