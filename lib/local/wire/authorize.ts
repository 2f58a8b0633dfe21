import { type Condition, compileConditions, wildcard } from './conditions.ts';
import type { Principal, RequestContext } from './engine.ts';
import { PolicyStatement } from './policy.ts';

/** Whether a call is allowed, and in words why. */
export interface Decision {
  allowed: boolean;
  reason: string;
}

export interface CompiledStatement {
  effect: 'Allow' | 'Deny';
  action: (action: string) => boolean;
  resource: (resource: string) => boolean;
  condition: Condition | undefined;
  /** Undefined in an identity policy. */
  principal: { everybody: boolean; arns: readonly string[]; services: readonly string[] } | undefined;
}

function matcher(patterns: readonly string[], ignoreCase: boolean): (value: string) => boolean {
  if (patterns.includes('*')) return () => true;
  const fold = ignoreCase ? (value: string) => value.toLowerCase() : (value: string) => value;
  const exact = new Set(patterns.filter((pattern) => !/[*?]/.test(pattern)).map(fold));
  const globs = patterns.filter((pattern) => /[*?]/.test(pattern)).map((pattern) => wildcard(fold(pattern)));
  return (value) => exact.has(fold(value)) || globs.some((glob) => glob.test(fold(value)));
}

function either(
  positive: readonly string[] | undefined,
  negative: readonly string[] | undefined,
  ignoreCase: boolean,
): (value: string) => boolean {
  if (positive) return matcher(positive, ignoreCase);
  if (!negative) return () => true;
  const excluded = matcher(negative, ignoreCase);
  return (value) => !excluded(value);
}

/**
 * Statements ready to be asked. Throws on whatever is not evaluated here (condition keys and operators, policy
 * variables, federated principals), naming the `owner` of the policy.
 */
export function compileStatements(statements: readonly PolicyStatement[], owner: string): CompiledStatement[] {
  return statements.map((written) => {
    const statement = PolicyStatement.parse(written);
    const { Principal: principal, Condition: block } = statement;
    if (!statement.Action && !statement.NotAction) throw new Error(`Policy of ${owner}: a statement without Action.`);
    if ([...(statement.Resource ?? []), ...(statement.NotResource ?? [])].some((resource) => resource.includes('${'))) {
      throw new Error(`Policy of ${owner}: the local runtime evaluates no policy variables in Resource.`);
    }
    if (typeof principal === 'object' && principal.Federated) {
      throw new Error(`Policy of ${owner}: the local runtime knows no federated principals.`);
    }
    const arns = typeof principal === 'object' ? (principal.AWS ?? []) : [];
    return {
      effect: statement.Effect,
      action: either(statement.Action, statement.NotAction, true),
      resource: either(statement.Resource, statement.NotResource, false),
      condition: block && Object.keys(block).length > 0 ? compileConditions(block, owner) : undefined,
      principal: principal && {
        everybody: principal === '*' || arns.includes('*'),
        arns,
        services: typeof principal === 'object' ? (principal.Service ?? []) : [],
      },
    };
  });
}

export interface Question {
  principal: Principal;
  action: string;
  resource: string;
  context: RequestContext;
  account: string;
  identity: readonly CompiledStatement[];
  resourcePolicy: readonly CompiledStatement[];
}

function applies(statement: CompiledStatement, { action, resource, context }: Question): boolean {
  return statement.action(action) && statement.resource(resource) && (statement.condition?.(context) ?? true);
}

const rootOf = (account: string) => [`arn:aws:iam::${account}:root`, account];

function names({ principal }: CompiledStatement, { principal: caller, account }: Question, asRoot: boolean): boolean {
  if (!principal) return false;
  if (principal.everybody) return true;
  if (caller.kind === 'service') return principal.services.includes(caller.principal);
  if (principal.arns.includes(caller.arn)) return true;
  return asRoot && rootOf(account).some((root) => principal.arns.includes(root));
}

const refused = (reason: string): Decision => ({ allowed: false, reason });

/**
 * Decides as IAM does within one account: a Deny wins; else an identity policy or the resource's own policy must
 * allow. The account's root in a resource policy hands the decision to identity policies, which a KMS key needs and
 * other resources do by themselves. A service principal is allowed by resource policies only.
 */
export function decide(question: Question): Decision {
  const { principal, action, resource, identity, resourcePolicy } = question;
  if (principal.kind === 'administrator') return { allowed: true, reason: 'the administrator of this machine' };
  const own = identity.filter((statement) => applies(statement, question));
  const theirs = resourcePolicy.filter((statement) => applies(statement, question));

  if (own.some(({ effect }) => effect === 'Deny')) return refused('with an explicit deny in an identity-based policy');
  if (theirs.some((statement) => statement.effect === 'Deny' && names(statement, question, true))) {
    return refused('with an explicit deny in a resource-based policy');
  }
  if (theirs.some((statement) => statement.effect === 'Allow' && names(statement, question, false))) {
    return { allowed: true, reason: 'the resource-based policy' };
  }
  if (principal.kind === 'service') return refused(`because no resource-based policy allows the ${action} action`);
  if (own.length === 0) return refused(`because no identity-based policy allows the ${action} action`);
  const keyPolicyDelegates =
    !resource.startsWith('arn:aws:kms:') ||
    resourcePolicy.length === 0 ||
    theirs.some((statement) => statement.effect === 'Allow' && names(statement, question, true));
  return keyPolicyDelegates
    ? { allowed: true, reason: 'an identity-based policy' }
    : refused(`because no resource-based policy allows the ${action} action`);
}
