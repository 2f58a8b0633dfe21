import { z } from 'zod';
import type { LocalRuntime } from './local-runtime.ts';
import { kinds } from './resources/kinds.ts';
import type { ResourceKind } from './runtime.ts';
import type { PlannedResource, TemplatePlan } from './template.ts';

export interface KnownResource {
  resource: PlannedResource;
  kind: ResourceKind;
}

/** Pairs every resource with its kind. Throws naming everything in the template that does not run locally, at once. */
export function knownResources(plan: TemplatePlan): KnownResource[] {
  const problems: string[] = [];
  const known = plan.resources.flatMap((resource) => {
    const where = `Stack ${resource.stack}, resource ${resource.logicalId}`;
    const kind = kinds.get(resource.type);
    if (!kind) {
      problems.push(`${where}: the type ${resource.type} does not run locally`);
      return [];
    }
    for (const property of Object.keys(resource.raw))
      if (!kind.properties.includes(property))
        problems.push(`${where} (${resource.type}): the property ${property} does not run locally`);
    return [{ resource, kind }];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return known;
}

/** Names everything, then resolves and starts one resource after another. Throws naming the resource that failed. */
export async function startResources(known: KnownResource[], plan: TemplatePlan, runtime: LocalRuntime): Promise<void> {
  for (const { resource, kind } of known) plan.identify(resource, kind.identify(resource, runtime));
  for (const { resource, kind } of known) {
    const { stack, logicalId, type } = resource;
    const properties = plan.properties(resource);
    try {
      await kind.start?.({ stack, logicalId, type, properties }, runtime);
    } catch (error) {
      const reason =
        error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : error;
      throw new Error(`Stack ${stack}, resource ${logicalId} (${type}): ${String(reason)}`, { cause: error });
    }
  }
}
