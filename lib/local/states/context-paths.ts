// What the context object holds here. AWS fills more ($$.State, $$.Task): whoever needs that is refused.
const known =
  /^\$\$\.(Execution\.(Id|Name|RoleArn|StartTime|Input)|StateMachine\.(Id|Name)|Map\.Item\.(Index|Value))(?![\w-])/;
const variable = /(^|[(,]\s*)\$[A-Za-z_]/;

/**
 * The definition with `$$.Execution` renamed as the interpreter needs it (see Context). Throws with the place on
 * context paths that hold nothing here, and on references to variables.
 */
export function rewriteContextPaths(value: unknown, where: string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => rewriteContextPaths(item, `${where}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const place = `${where}.${key}`;
      const isPath = key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
      return [key, isPath && typeof member === 'string' ? rewrite(member, place) : rewriteContextPaths(member, place)];
    }),
  );
}

function rewrite(expression: string, place: string): string {
  if (variable.test(expression)) throw new Error(`${place}: variables (${expression}) are not supported locally`);
  for (const found of expression.matchAll(/\$\$[^\s,)]*/g)) {
    if (!known.test(found[0])) throw new Error(`${place}: the context object has no ${found[0]} locally`);
  }
  return expression.replaceAll('$$.Execution', '$$$$.Origin');
}
