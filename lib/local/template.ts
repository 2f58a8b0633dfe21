import type { Assembly, Stack } from './assembly.ts';
import { noValue, resolveCondition, resolveValue, type Scope } from './intrinsics.ts';
import { parameterValues } from './parameters.ts';
import type { Identity } from './runtime.ts';
import { startOrder } from './start-order.ts';

/** A resource as the template writes it, its properties not resolved. */
export interface PlannedResource {
  stack: string;
  logicalId: string;
  type: string;
  raw: Record<string, unknown>;
}

export interface TemplatePlan {
  /** Every resource whose condition holds, after all that it refers to. */
  resources: PlannedResource[];
  /** Says what `Ref` and `Fn::GetAtt` answer for a resource; all must be said before anything is resolved. */
  identify(resource: PlannedResource, identity: Identity): void;
  /** Resolved properties. Throws an Error naming stack, resource, type and property. */
  properties(resource: PlannedResource): Record<string, unknown>;
  /** Outputs of all stacks, by `Name` and by `Stack.Name`. */
  outputs(): Record<string, string>;
}

export interface PlanOptions {
  account: string;
  region: string;
  parameters: Record<string, string>;
}

/** Reads the stacks of an assembly as one plan: what to start, in which order, and what everything resolves to. */
export function planTemplate(assembly: Assembly, options: PlanOptions): TemplatePlan {
  const parameters = parameterValues(assembly, options.parameters);
  const identities = new Map<string, Identity>();
  const addresses = new Map<string, string>();
  const stacks = new Map(assembly.stacks.map((stack) => [stack.name, stack]));
  const exports = new Map<string, () => unknown>();

  const finish = (text: string): string => {
    let finished = text;
    for (const [address, local] of addresses) finished = finished.replaceAll(address, local);
    return finished;
  };
  const scopeOf = ({ name, template }: Stack, place: string): Scope => ({
    place: `Stack ${name}, ${place}`,
    ref: (id) => pseudo(id, name, options) ?? parameters.get(name)?.[id] ?? identities.get(`${name}.${id}`)?.ref,
    attribute: (id, attribute) => identities.get(`${name}.${id}`)?.attributes[attribute],
    condition: (id) => {
      if (!(id in template.Conditions)) throw new Error(`Stack ${name}, ${place}: there is no condition ${id}`);
      return resolveCondition(template.Conditions[id], scopeOf({ name, template }, `condition ${id}`));
    },
    mapping: (map, top, second) => template.Mappings[map]?.[top]?.[second],
    exported: (id) => exports.get(id)?.(),
    finish,
  });

  const resources: PlannedResource[] = [];
  for (const stack of assembly.stacks) {
    const { name, template } = stack;
    const scope = scopeOf(stack, 'conditions');
    const holds = (condition: string | undefined) => condition === undefined || scope.condition(condition);
    const active = Object.entries(template.Resources).filter(([, { Condition }]) => holds(Condition));
    for (const logicalId of startOrder(name, template, new Set(active.map(([id]) => id)))) {
      const resource = template.Resources[logicalId];
      if (resource) resources.push({ stack: name, logicalId, type: resource.Type, raw: resource.Properties });
    }
    for (const [id, output] of Object.entries(template.Outputs)) {
      if (!output.Export || !holds(output.Condition)) continue;
      const outputScope = scopeOf(stack, `output ${id}`);
      exports.set(String(resolveValue(output.Export.Name, outputScope)), () => resolveValue(output.Value, outputScope));
    }
  }

  return {
    resources,
    identify({ stack, logicalId }, identity) {
      identities.set(`${stack}.${logicalId}`, identity);
      for (const [address, local] of Object.entries(identity.addresses ?? {})) addresses.set(address, local);
    },
    properties({ stack, logicalId, type, raw }) {
      const found = stacks.get(stack);
      if (!found) return {};
      const resolved: Record<string, unknown> = {};
      for (const [property, value] of Object.entries(raw)) {
        const result = resolveValue(value, scopeOf(found, `resource ${logicalId} (${type}), property ${property}`));
        if (result !== noValue) resolved[property] = result;
      }
      return resolved;
    },
    outputs() {
      const outputs: Record<string, string> = {};
      for (const stack of assembly.stacks)
        for (const [id, { Value, Condition }] of Object.entries(stack.template.Outputs)) {
          const scope = scopeOf(stack, `output ${id}`);
          if (Condition !== undefined && !scope.condition(Condition)) continue;
          const value = String(resolveValue(Value, scope));
          outputs[id] = value;
          outputs[`${stack.name}.${id}`] = value;
        }
      return outputs;
    },
  };
}

function pseudo(name: string, stack: string, { account, region }: PlanOptions): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return account;
    case 'AWS::Region':
      return region;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return stack;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${region}:${account}:stack/${stack}/local`;
    case 'AWS::NoValue':
      return noValue;
    default:
      return undefined;
  }
}
