import * as z from 'zod';
import type { ErrorCode } from '../../errors.ts';
import type { Permission } from '../../permissions.ts';
import type { OrganizationId } from '../organization-id.ts';

/** Who may call a route: a holder of the permission, anybody signed in, or anybody. */
export type Access = Permission | 'signed-in' | 'public';

/** One operation of the API, declared once: the stack, the router, the OpenAPI document and the tests read this. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without prefix; parameters as API Gateway and OpenAPI write them: `/contacts/{contactId}`. */
  path: `/${string}`;
  /** Other addresses of the same operation, with the same path parameters; `PATCH /x` where the method differs. */
  aliases?: readonly (`/${string}` | `${'PATCH' | 'PUT'} /${string}`)[];
  summary: string;
  access: Access;
  query?: z.ZodObject;
  body?: z.ZodType;
  status: 200 | 201 | 202 | 204;
  /** The whole body of a success; no field that it doesn't declare leaves. Absent: no body, or text of `produces`. */
  returns?: z.ZodType;
  /** Content type of a body that isn't JSON; the operation then returns a `TextBody`. */
  produces?: 'text/html' | 'text/csv' | 'text/javascript';
  /** The codes peculiar to this operation. */
  errors?: readonly ErrorCode[];
}

export type Routes = Record<string, Route>;

/** Keeps the literal types of a noun's routes, from which handlers and clients are typed. */
export const defineRoutes = <const R extends Routes>(routes: R) => routes;

/** Who calls, as a verified token and a live session have it. */
export interface Caller {
  organizationId: OrganizationId;
  userId: string;
  /** How others see who did something: the full name, else the username. Kept with the access item. */
  name: string;
  sessionId: string;
  role: string;
  permissions: ReadonlySet<Permission>;
}

export type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & PathParameters<Rest>
  : unknown;

/** What an operation receives: everything parsed, nothing of the transport. */
export interface RequestOf<R extends Route> {
  params: PathParameters<R['path']>;
  query: R['query'] extends z.ZodType ? z.output<R['query']> : undefined;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
  caller: R['access'] extends 'public' ? undefined : Caller;
  /** Given by the client under `Idempotency-Key`. */
  idempotencyKey: string | undefined;
  /** Base address that the client used, with the stage: links in answers are built from it. */
  baseUrl: string;
  sourceIp: string;
  userAgent: string;
}

/** A body that isn't JSON. `gzip` says that `text` is base64 of a compressed body. */
export const TextBody = z.object({
  text: z.string(),
  gzip: z.boolean().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});
export type TextBody = z.infer<typeof TextBody>;

export type AnswerOf<R extends Route> = R['returns'] extends z.ZodType
  ? z.input<R['returns']>
  : R['produces'] extends string
    ? TextBody
    : void;

export type Operations<R extends Routes> = {
  [K in keyof R]: (request: RequestOf<R[K]>) => Promise<AnswerOf<R[K]>>;
};

/** Every `METHOD /path` under which API Gateway knows an operation, the canonical one first. */
export const routeKeys = (route: Route): readonly string[] => [
  `${route.method} ${route.path}`,
  ...(route.aliases ?? []).map((alias) => (alias.startsWith('/') ? `${route.method} ${alias}` : alias)),
];
