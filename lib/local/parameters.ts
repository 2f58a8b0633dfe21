import type { Assembly, TemplateParameter } from './assembly.ts';

/**
 * The values of every stack's parameters: defaults under what the person gave (`Name`, or `Stack.Name` where two
 * stacks have the same). Throws when one has neither, is not allowed, or when an override names nothing.
 */
export function parameterValues(
  assembly: Assembly,
  overrides: Record<string, string>,
): Map<string, Record<string, unknown>> {
  const unused = new Set(Object.keys(overrides));
  const values = new Map<string, Record<string, unknown>>();
  for (const { name: stack, template } of assembly.stacks) {
    const own: Record<string, unknown> = {};
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      unused.delete(name);
      unused.delete(`${stack}.${name}`);
      const given = overrides[`${stack}.${name}`] ?? overrides[name];
      own[name] = valueOf(parameter, given, `Parameter ${name} of stack ${stack}`);
    }
    values.set(stack, own);
  }
  if (unused.size > 0) throw new Error(`No stack has the parameter ${[...unused].join(', ')}`);
  return values;
}

function valueOf(parameter: TemplateParameter, given: string | undefined, what: string): unknown {
  const value = given ?? parameter.Default;
  if (value === undefined) throw new Error(`${what} has no default and was given no value`);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (parameter.AllowedValues && !parameter.AllowedValues.map(String).includes(text))
    throw new Error(`${what} is "${text}", allowed are ${parameter.AllowedValues.join(', ')}`);
  if (parameter.AllowedPattern && !new RegExp(`^(?:${parameter.AllowedPattern})$`).test(text))
    throw new Error(`${what} is "${text}", which does not match ${parameter.AllowedPattern}`);
  const isList = parameter.Type === 'CommaDelimitedList' || parameter.Type.startsWith('List<');
  return isList ? text.split(',').map((item) => item.trim()) : text;
}
