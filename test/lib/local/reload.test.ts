import { expect, test } from 'vitest';
import type { Assembly } from '../../../lib/local/assembly.ts';
import { applyChanges } from '../../../lib/local/reload.ts';

function assemblyOf(key: string, memory: number): Assembly {
  const properties = { Code: { S3Key: key }, MemorySize: memory };
  const Resources = { Send1A2B3C4D: { Type: 'AWS::Lambda::Function', Properties: properties } };
  const template = { Parameters: {}, Mappings: {}, Conditions: {}, Resources, Outputs: {} };
  return { stacks: [{ name: 'Campaigns', template }], assets: new Map([[key, `/assets/${key}`]]) };
}

function runningFunctions() {
  const swapped: [string, string][] = [];
  const functions = {
    find: (origin: string) => ({ arn: `arn of ${origin}`, name: 'send' }),
    replaceCode: (arn: string, folder: string) => swapped.push([arn, folder]),
  };
  return { functions, swapped };
}

test('a function whose bundle changed gets the new one', () => {
  const { functions, swapped } = runningFunctions();

  const said = applyChanges(functions, assemblyOf('one', 512), assemblyOf('two', 512));

  expect(swapped).toEqual([['arn of Campaigns/Send1A2B3C4D', '/assets/two']]);
  expect(said).toBe('new code for send');
});

test('any other change of the template asks for a restart', () => {
  const { functions, swapped } = runningFunctions();

  const said = applyChanges(functions, assemblyOf('one', 512), assemblyOf('one', 1024));

  expect(swapped).toEqual([]);
  expect(said).toContain('restart to apply');
});

test('an edit that changes no bundle changes nothing', () => {
  const { functions } = runningFunctions();

  expect(applyChanges(functions, assemblyOf('one', 512), assemblyOf('one', 512))).toBe('no function changed');
});
