import * as z from 'zod';
import type { ErrorCode } from '../../errors.ts';
import type { Permission } from '../../permissions.ts';
import type { OrganizationId } from '../organization-id.ts';

/**
 * Who may call a route: a holder of the permission; whoever is authenticated; a person with a session of ours, so no
 * API key and no token of somebody else's issuer; who works for the platform; or anybody.
 */
export type Access = Permission | 'signed-in' | 'user' | 'superuser' | 'public';

/** What an organization may use so much of in an hour or a day, by its tier. */
export type LimitKind = 'api_calls' | 'contacts' | 'imports';

type ContentType =
  | 'text/html'
  | 'text/csv'
  | 'text/javascript'
  | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A file that came with a form. */
export interface FormFile {
  name: string;
  contentType: string;
  bytes: Uint8Array;
}

/** One operation of the API, declared once: the stack, the router, the OpenAPI document and the tests read this. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without prefix; parameters as API Gateway and OpenAPI write them: `/contacts/{contactId}`. */
  path: `/${string}`;
  /** Other addresses of the same operation, with the same path parameters; `PATCH /x` where the method differs. */
  aliases?: readonly (`/${string}` | `${'PATCH' | 'PUT'} /${string}`)[];
  summary: string;
  access: Access;
  /**
   * The path parameter that names a record. Who holds the permission for the own record only may call with its id;
   * any other id answers as one that doesn't exist.
   */
  own?: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /**
   * The fields of a form (`multipart/form-data`) that is taken beside the JSON body, with one file in the field `file`;
   * the operation gets `form` then, and no `body`.
   */
  form?: z.ZodObject;
  status: 200 | 201 | 202 | 204;
  /** The whole body of a success; no field that it doesn't declare leaves. Absent: no body, or text of `produces`. */
  returns?: z.ZodType;
  /** Content types of a body that isn't JSON, the usual one first; the operation then returns a `TextBody`. */
  produces?: ContentType | readonly ContentType[];
  /** The answer shows a secret once: it isn't kept for a repetition under the same `Idempotency-Key`. */
  showsSecret?: boolean;
  /** What a call uses up of the organization's limits, beside the call itself. */
  uses?: Exclude<LimitKind, 'api_calls'>;
  /** For how long anybody may keep the answer; absent: nobody keeps it. */
  cacheSeconds?: number;
  /** The codes peculiar to this operation. */
  errors?: readonly ErrorCode[];
}

export type Routes = Record<string, Route>;

/** Keeps the literal types of a noun's routes, from which handlers and clients are typed. */
export const defineRoutes = <const R extends Routes>(routes: R) => routes;

/** Who calls, as the table has them at this moment, and from where. */
export interface Caller {
  kind: 'user' | 'api-key' | 'federated';
  /** The organization of the request: the caller's, unless a superuser chose another. */
  organizationId: OrganizationId;
  homeOrganizationId: OrganizationId;
  /** Of the auth user, or of the API key. */
  userId: string;
  /** How others see who did something: the full name, else the username. Kept with the access item. */
  name: string;
  /** Of a `user` only. */
  sessionId?: string;
  /** The first of the roles, by name. */
  role: string;
  roles: readonly string[];
  /** Held for the whole organization. */
  permissions: ReadonlySet<Permission>;
  /** Held for the own record only. */
  ownPermissions: ReadonlySet<Permission>;
  /** The record of a customer. */
  contactId?: string;
  superuser: boolean;
  sourceIp: string;
  userAgent: string;
}

/** A person with a session of ours. */
export type UserCaller = Caller & { sessionId: string };

export type PathParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? Record<Name, string> & PathParameters<Rest>
  : unknown;

/** What an operation receives: everything parsed, nothing of the transport. */
export type RequestOf<R extends Route> = RequestParts<R> &
  (
    | { body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined; form?: undefined }
    | (R['form'] extends z.ZodObject ? { body: undefined; form: z.output<R['form']> & { file: FormFile } } : never)
  );

interface RequestParts<R extends Route> {
  params: PathParameters<R['path']>;
  query: R['query'] extends z.ZodType ? z.output<R['query']> : undefined;
  caller: R['access'] extends 'public' ? undefined : R['access'] extends 'user' ? UserCaller : Caller;
  /** Given by the client under `Idempotency-Key`. */
  idempotencyKey: string | undefined;
  /** Base address that the client used, with the stage: links in answers are built from it. */
  baseUrl: string;
  sourceIp: string;
  userAgent: string;
}

/**
 * A body that isn't JSON. `gzip` says that `text` is base64 of a compressed body, `binary` that it is base64 of bytes;
 * `type` which of the route's content types it has, if not the first.
 */
export const TextBody = z.object({
  text: z.string(),
  gzip: z.boolean().optional(),
  binary: z.boolean().optional(),
  type: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});
export type TextBody = z.infer<typeof TextBody>;

export type AnswerOf<R extends Route> = R['returns'] extends z.ZodType
  ? z.input<R['returns']>
  : R['produces'] extends string | readonly string[]
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
