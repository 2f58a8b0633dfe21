/** What the intrinsic functions of one stack are resolved against. */
export interface Scope {
  /** Stack and section that stand in every message. */
  place: string;
  /** The answer of `Ref`: a parameter, pseudo parameter or resource; undefined is unknown. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): string | undefined;
  condition(name: string): boolean;
  mapping(map: string, top: string, second: string): unknown;
  exported(name: string): unknown;
  /** Last touch on every string: puts local addresses for those of AWS. */
  finish(text: string): string;
}

/** What `Ref: AWS::NoValue` answers: the property that holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Resolves every intrinsic function inside `value`. Throws an Error naming the place and the function. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return scope.finish(value);
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, scope)).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;
  const [entry, ...others] = Object.entries(value);
  if (entry && others.length === 0 && (entry[0] === 'Ref' || entry[0].startsWith('Fn::'))) return call(entry, scope);
  const resolved: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const result = resolveValue(item, { ...scope, place: `${scope.place}.${key}` });
    if (result !== noValue) resolved[key] = result;
  }
  return resolved;
}

/** Resolves a condition of the template, which may name others. */
export function resolveCondition(value: unknown, scope: Scope): boolean {
  if (isRecord(value) && typeof value['Condition'] === 'string') return scope.condition(value['Condition']);
  const result = resolveValue(value, scope);
  if (typeof result !== 'boolean') return fail(scope, 'a condition is not true or false');
  return result;
}

function call([name, argument]: [string, unknown], scope: Scope): unknown {
  const intrinsic = intrinsics[name];
  if (!intrinsic) return fail(scope, `the intrinsic function ${name} is not implemented locally`);
  const result = intrinsic(argument, scope);
  return typeof result === 'string' ? scope.finish(result) : result;
}

function fail(scope: Scope, message: string): never {
  throw new Error(`${scope.place}: ${message}`);
}

function text(value: unknown, scope: Scope, what: string): string {
  const resolved = resolveValue(value, scope);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  return fail(scope, `${what} is no text: ${JSON.stringify(resolved)}`);
}

function list(value: unknown, scope: Scope, what: string): unknown[] {
  const resolved = resolveValue(value, scope);
  return Array.isArray(resolved) ? resolved : fail(scope, `${what} is no list`);
}

function pair(value: unknown, scope: Scope, what: string): [unknown, unknown] {
  if (!Array.isArray(value) || value.length !== 2) return fail(scope, `${what} takes two values`);
  return [value[0], value[1]];
}

function reference(name: string, scope: Scope): unknown {
  const found = scope.ref(name);
  return found === undefined ? fail(scope, `Ref names ${name}, which is not in the template`) : found;
}

function attribute(logicalId: string, name: string, scope: Scope): string {
  return scope.attribute(logicalId, name) ?? fail(scope, `Fn::GetAtt ${logicalId}.${name} is not known locally`);
}

const conditions = (argument: unknown, scope: Scope) =>
  Array.isArray(argument) ? argument.map((item) => resolveCondition(item, scope)) : fail(scope, 'expects conditions');

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope) => reference(text(name, scope, 'Ref'), scope),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...path] =
      typeof argument === 'string' ? argument.split('.') : list(argument, scope, 'Fn::GetAtt');
    return attribute(String(logicalId), path.map(String).join('.'), scope);
  },
  'Fn::Join': (argument, scope) => {
    const [separator, items] = pair(argument, scope, 'Fn::Join');
    return list(items, scope, 'Fn::Join')
      .map((item) => text(item, scope, 'Fn::Join'))
      .join(text(separator, scope, 'Fn::Join'));
  },
  'Fn::Sub': (argument, scope) => {
    const [pattern, variables] = typeof argument === 'string' ? [argument, {}] : pair(argument, scope, 'Fn::Sub');
    const given = isRecord(variables) ? variables : fail(scope, 'Fn::Sub takes a map of variables');
    return text(pattern, { ...scope, finish: (same) => same }, 'Fn::Sub').replace(
      /\$\{([^}]+)\}/g,
      (_, name: string) => {
        if (name.startsWith('!')) return `\${${name.slice(1)}}`;
        if (name in given) return text(given[name], scope, name);
        const [logicalId, ...path] = name.split('.');
        if (logicalId && path.length > 0) return attribute(logicalId, path.join('.'), scope);
        return text(reference(name, scope), scope, name);
      },
    );
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = pair(argument, scope, 'Fn::Select');
    const chosen = list(items, scope, 'Fn::Select')[Number(text(index, scope, 'Fn::Select'))];
    return chosen === undefined ? fail(scope, 'Fn::Select reaches past the end of its list') : chosen;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = pair(argument, scope, 'Fn::Split');
    return text(source, scope, 'Fn::Split').split(text(separator, scope, 'Fn::Split'));
  },
  'Fn::If': (argument, scope) => {
    if (!Array.isArray(argument) || argument.length !== 3) return fail(scope, 'Fn::If takes three values');
    return resolveValue(argument[scope.condition(String(argument[0])) ? 1 : 2], scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [left, right] = pair(argument, scope, 'Fn::Equals');
    return JSON.stringify(resolveValue(left, scope)) === JSON.stringify(resolveValue(right, scope));
  },
  'Fn::And': (argument, scope) => conditions(argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => conditions(argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => !conditions(argument, scope).every(Boolean),
  'Fn::FindInMap': (argument, scope) => {
    const [map, top, second] = list(argument, scope, 'Fn::FindInMap').map(String);
    const found = map && top && second ? scope.mapping(map, top, second) : undefined;
    return found === undefined ? fail(scope, `Fn::FindInMap finds no ${map}.${top}.${second}`) : found;
  },
  'Fn::ImportValue': (argument, scope) => {
    const name = text(argument, scope, 'Fn::ImportValue');
    const found = scope.exported(name);
    return found === undefined ? fail(scope, `Fn::ImportValue: no earlier stack exports ${name}`) : found;
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(argument, scope, 'Fn::Base64')).toString('base64'),
};
