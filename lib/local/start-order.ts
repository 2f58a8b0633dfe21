import type { Template } from './assembly.ts';

/** Logical ids of `template` such that each comes after all that it refers to. Throws on a cycle, naming it. */
export function startOrder(stack: string, template: Template, active: ReadonlySet<string>): string[] {
  const ordered = new Set<string>();
  const visit = (logicalId: string, path: string[]) => {
    if (ordered.has(logicalId)) return;
    if (path.includes(logicalId))
      throw new Error(`Stack ${stack}: resources refer to each other in a circle: ${[...path, logicalId].join(' → ')}`);
    const resource = template.Resources[logicalId];
    if (!resource) return;
    const { DependsOn: dependsOn = [], Properties: properties } = resource;
    const dependencies = new Set(typeof dependsOn === 'string' ? [dependsOn] : dependsOn);
    collect(properties, dependencies);
    for (const dependency of dependencies) if (active.has(dependency)) visit(dependency, [...path, logicalId]);
    ordered.add(logicalId);
  };
  for (const logicalId of active) visit(logicalId, []);
  return [...ordered];
}

function collect(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === 'Ref' && typeof item === 'string') into.add(item);
    if (key === 'Fn::GetAtt') into.add(typeof item === 'string' ? (item.split('.')[0] ?? '') : String(item?.[0]));
    if (key === 'Fn::Sub') {
      const pattern: unknown = Array.isArray(item) ? item[0] : item;
      for (const [, name] of String(pattern).matchAll(/\$\{([^}.]+)[^}]*\}/g)) if (name) into.add(name);
    }
    collect(item, into);
  }
}
