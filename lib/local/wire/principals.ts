import { createHash } from 'node:crypto';
import type { Credentials } from '../runtime.ts';
import { type CompiledStatement, compileStatements, type Decision, decide } from './authorize.ts';
import type { Principal, RequestContext } from './engine.ts';
import type { PolicyStatement } from './policy.ts';

export interface KnownCaller {
  principal: Principal;
  credentials: Credentials;
}

export interface PrincipalRegistry {
  /** Access to everything, for the person at the machine and for tests' own assertions. */
  readonly administrator: Credentials;
  /** Makes a role known. Throws on an element, operator or condition key that is not evaluated here. */
  addRole(roleArn: string, statements?: readonly PolicyStatement[]): void;
  /** More identity statements of a role; the role may come later. */
  addStatements(roleArn: string, statements: readonly PolicyStatement[]): void;
  /** Statements of a bucket, queue, key or function policy, by the ARN of what they protect. */
  addResourcePolicy(resourceArn: string, statements: readonly PolicyStatement[]): void;
  /** The same for every start: derived from the ARN. */
  credentialsOf(roleArn: string): Credentials;
  byAccessKey(accessKeyId: string): KnownCaller | undefined;
  authorize(principal: Principal, action: string, resource: string, context?: RequestContext): Decision;
}

/** How a caller is called in meter, faults and denials. */
export function nameOf(principal: Principal): string {
  return principal.kind === 'service' ? principal.principal : principal.arn;
}

const administratorArn = (account: string) => `arn:aws:iam::${account}:user/local-administrator`;

/** An access key looks like AWS's own, and tells nothing but whose it is. */
function derive(arn: string): Credentials {
  const digest = createHash('sha256').update(`local ${arn}`).digest();
  return {
    accessKeyId: `AKIA${digest.toString('hex').slice(0, 16).toUpperCase()}`,
    secretAccessKey: digest.toString('base64').slice(0, 40),
  };
}

/** The ARN under which a resource's own policy is kept: an object's is its bucket's. */
function policyOwner(resource: string): string {
  if (!resource.startsWith('arn:aws:s3:::')) return resource;
  const slash = resource.indexOf('/');
  return slash < 0 ? resource : resource.slice(0, slash);
}

function append(policies: Map<string, CompiledStatement[]>, arn: string, statements: readonly PolicyStatement[]) {
  policies.set(arn, [...(policies.get(arn) ?? []), ...compileStatements(statements, arn)]);
}

/** Roles of the template with their policies and access keys, and the policies of resources. */
export function createPrincipals(options: { account: string } = { account: '000000000000' }): PrincipalRegistry {
  const callers = new Map<string, KnownCaller>();
  const identityPolicies = new Map<string, CompiledStatement[]>();
  const resourcePolicies = new Map<string, CompiledStatement[]>();

  function know(principal: Principal & { arn: string }): Credentials {
    const credentials = derive(principal.arn);
    callers.set(credentials.accessKeyId, { principal, credentials });
    return credentials;
  }

  return {
    administrator: know({ kind: 'administrator', arn: administratorArn(options.account) }),
    addRole(roleArn, statements = []) {
      know({ kind: 'role', arn: roleArn });
      append(identityPolicies, roleArn, statements);
    },
    addStatements: (roleArn, statements) => append(identityPolicies, roleArn, statements),
    addResourcePolicy: (resourceArn, statements) => append(resourcePolicies, resourceArn, statements),
    credentialsOf: derive,
    byAccessKey: (accessKeyId) => callers.get(accessKeyId),
    authorize(principal, action, resource, context = {}) {
      return decide({
        principal,
        action,
        resource,
        context: { 'aws:SecureTransport': 'true', 'aws:PrincipalAccount': options.account, ...context },
        account: options.account,
        identity: principal.kind === 'role' ? (identityPolicies.get(principal.arn) ?? []) : [],
        resourcePolicy: resourcePolicies.get(policyOwner(resource)) ?? [],
      });
    },
  };
}
