import { afterEach, expect, test } from 'vitest';
import { stepfunctionsStateMachine as kind } from '../../../../lib/local/resources/stepfunctions-state-machine.ts';
import type { Engine } from '../../../../lib/local/wire/engine.ts';
import { fakeRuntime } from '../support/fake-runtime.ts';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

const RoleArn = 'arn:aws:iam::000000000000:role/machine';
const definition = { StartAt: 'Pass', States: { Pass: { Type: 'Pass', Result: { table: '${Table}' }, End: true } } };

async function start(properties: object, trusted = ['states.amazonaws.com']) {
  const fake = await fakeRuntime();
  stop = fake.stop;
  const services: { states?: Engine } = {};
  const runtime = { ...fake.runtime, services, trust: new Map([[RoleArn, new Set(trusted)]]) };
  const resource = { stack: 'Stack', logicalId: 'Machine', type: kind.type, properties: { RoleArn, ...properties } };
  await kind.start?.(resource, runtime);
  const call = {
    service: 'states' as const,
    action: 'DescribeStateMachine',
    method: 'POST',
    url: new URL('http://gateway/'),
    headers: {},
    body: Buffer.from(''),
    input: { stateMachineArn: kind.identify(resource, runtime).ref },
    principal: { kind: 'role' as const, arn: RoleArn },
    signal: fake.runtime.stopping,
  };
  return await services.states?.handle(call);
}

test('a machine is behind the gateway under the name of its identity, its substitutions filled in', async () => {
  const described = await start({
    DefinitionString: JSON.stringify(definition),
    DefinitionSubstitutions: { Table: 'contacts' },
  });

  expect(JSON.parse(typeof described?.body === 'string' ? described.body : '')).toMatchObject({
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Stack-Machine',
    definition: expect.stringContaining('"table":"contacts"'),
  });
});

test('a definition may be an object of the template', async () => {
  expect(await start({ Definition: definition })).toMatchObject({ status: 200 });
});

test('an express machine, and a role that Step Functions may not assume, stop the start', async () => {
  await expect(start({ Definition: definition, StateMachineType: 'EXPRESS' })).rejects.toThrow('StateMachineType');
  await stop();
  await expect(start({ Definition: definition }, ['lambda.amazonaws.com'])).rejects.toThrow('may not assume');
});
