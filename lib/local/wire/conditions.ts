import type { RequestContext } from './engine.ts';

/** Keys for which the runtime supplies a value. A policy that asks for another stops the start. */
const knownKeys = new Set(
  [
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:SecureTransport',
    'aws:PrincipalArn',
    'aws:PrincipalAccount',
    'aws:ResourceAccount',
    'kms:EncryptionContextKeys',
    'kms:CallerAccount',
    'kms:ViaService',
    'kms:RequestAlias',
    'lambda:FunctionUrlAuthType',
    'lambda:InvokedViaFunctionUrl',
    'ses:FromAddress',
    's3:prefix',
    's3:delimiter',
  ].map((key) => key.toLowerCase()),
);
const knownKeyPrefixes = ['kms:encryptioncontext:'];

type Test = (actual: string, expected: string) => boolean;

const equals: Test = (actual, expected) => actual === expected;
const equalsIgnoringCase: Test = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Test = (actual, expected) => wildcard(expected).test(actual);
/** Each of the six parts of an ARN is matched by itself: a `*` does not reach over a colon before the last. */
const arnLike: Test = (actual, expected) => {
  const actualParts = arnParts(actual);
  return arnParts(expected).every((part, index) => wildcard(part).test(actualParts[index] ?? ''));
};
const numeric =
  (compare: (actual: number, expected: number) => boolean): Test =>
  (actual, expected) =>
    compare(Number(actual), Number(expected));

const operators: Record<string, { test: Test; negated?: boolean }> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, negated: true },
  StringEqualsIgnoreCase: { test: equalsIgnoringCase },
  StringNotEqualsIgnoreCase: { test: equalsIgnoringCase, negated: true },
  StringLike: { test: like },
  StringNotLike: { test: like, negated: true },
  ArnEquals: { test: arnLike },
  ArnLike: { test: arnLike },
  ArnNotEquals: { test: arnLike, negated: true },
  ArnNotLike: { test: arnLike, negated: true },
  Bool: { test: equalsIgnoringCase },
  NumericEquals: { test: numeric((actual, expected) => actual === expected) },
  NumericNotEquals: { test: numeric((actual, expected) => actual === expected), negated: true },
  NumericLessThan: { test: numeric((actual, expected) => actual < expected) },
  NumericLessThanEquals: { test: numeric((actual, expected) => actual <= expected) },
  NumericGreaterThan: { test: numeric((actual, expected) => actual > expected) },
  NumericGreaterThanEquals: { test: numeric((actual, expected) => actual >= expected) },
};

/** A pattern of IAM: `*` is any run of characters, `?` any one. */
export function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]');
  return new RegExp(`^${source}$`);
}

function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function valuesOf(context: RequestContext, lowerKey: string): readonly string[] | undefined {
  for (const [key, value] of Object.entries(context)) {
    if (key.toLowerCase() === lowerKey) return typeof value === 'string' ? [value] : value;
  }
  return undefined;
}

export type Condition = (context: RequestContext) => boolean;

function compileOne(name: string, key: string, expected: readonly string[], owner: string): Condition {
  const lowerKey = key.toLowerCase();
  if (!knownKeys.has(lowerKey) && !knownKeyPrefixes.some((prefix) => lowerKey.startsWith(prefix))) {
    throw new Error(`Policy of ${owner}: the local runtime has no value for the condition key ${key}.`);
  }
  if (expected.some((value) => value.includes('${'))) {
    throw new Error(`Policy of ${owner}: the local runtime evaluates no policy variables (${expected.join(', ')}).`);
  }
  if (name === 'Null') {
    return (context) => String(valuesOf(context, lowerKey) === undefined) === expected[0]?.toLowerCase();
  }
  const [, set, base, ifExists] = /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(operators, base ?? '') ? operators[base ?? ''] : undefined;
  if (!operator) throw new Error(`Policy of ${owner}: the local runtime has no condition operator ${name}.`);
  const meets = (actual: string) =>
    expected.some((value) => operator.test(actual, value)) !== (operator.negated ?? false);
  return (context) => {
    const actual = valuesOf(context, lowerKey);
    if (!actual || actual.length === 0) {
      return ifExists !== undefined || set === 'ForAllValues:' || (set === undefined && operator.negated === true);
    }
    return set === 'ForAnyValue:' || (set === undefined && !operator.negated)
      ? actual.some(meets)
      : actual.every(meets);
  };
}

/**
 * The condition block of a statement as one test; all of its operators and keys must hold.
 * Throws on an operator, a key or a variable that is not evaluated here, naming the `owner` of the policy.
 */
export function compileConditions(
  block: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  owner: string,
): Condition {
  const conditions = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, expected]) => compileOne(operator, key, expected, owner)),
  );
  return (context) => conditions.every((condition) => condition(context));
}
