import { z } from 'zod';
import type { LocalRuntime } from '../local-runtime.ts';
import type { Resource, ResourceKind, Runtime } from '../runtime.ts';
import { statesOf } from '../states/engine-of.ts';
import { physicalName } from './physical-name.ts';

const Properties = z.object({
  DefinitionString: z.string().optional(),
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  RoleArn: z.string(),
  StateMachineType: z.literal('STANDARD').optional(),
});

const arnOf = (name: string, { region, account }: Runtime) =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;

/** Standard state machines; logging and tracing have no effect locally. */
export const stepfunctionsStateMachine: ResourceKind = {
  type: 'AWS::StepFunctions::StateMachine',
  properties: [
    'StateMachineName',
    'DefinitionString',
    'Definition',
    'DefinitionSubstitutions',
    'RoleArn',
    'StateMachineType',
    'LoggingConfiguration',
    'TracingConfiguration',
    'Tags',
  ],
  identify(resource, runtime) {
    const Name = physicalName(resource, 'StateMachineName', 80);
    const Arn = arnOf(Name, runtime);
    return { ref: Arn, attributes: { Arn, Name } };
  },
  start({ logicalId, stack, properties }: Resource, runtime: LocalRuntime) {
    const { DefinitionString, Definition, DefinitionSubstitutions, RoleArn } = Properties.parse(properties);
    if (!runtime.trust.get(RoleArn)?.has('states.amazonaws.com'))
      throw new Error(`RoleArn: states.amazonaws.com may not assume ${RoleArn}`);
    if ((DefinitionString === undefined) === (Definition === undefined))
      throw new Error('Either DefinitionString or Definition is needed');
    const text = Object.entries(DefinitionSubstitutions).reduce(
      (filled, [key, value]) => filled.replaceAll(`\${${key}}`, String(value)),
      DefinitionString ?? JSON.stringify(Definition),
    );
    const name = physicalName({ logicalId, stack, raw: properties }, 'StateMachineName', 80);
    statesOf(runtime).create({ name, arn: arnOf(name, runtime), roleArn: RoleArn, definition: JSON.parse(text) });
  },
};
