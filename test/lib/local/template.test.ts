import { expect, test } from 'vitest';
import { type Assembly, Template } from '../../../lib/local/assembly.ts';
import { planTemplate } from '../../../lib/local/template.ts';

type Stacks = Record<string, unknown>;

function planOf(stacks: Stacks, parameters: Record<string, string> = {}) {
  const assembly: Assembly = {
    stacks: Object.entries(stacks).map(([name, template]) => ({ name, template: Template.parse(template) })),
    assets: new Map(),
  };
  const plan = planTemplate(assembly, { account: '000000000000', region: 'us-east-1', parameters });
  for (const resource of plan.resources) {
    const ref = resource.logicalId.toLowerCase();
    const addresses = { [`https://${ref}.example.amazonaws.com`]: 'http://127.0.0.1:4100' };
    plan.identify(resource, { ref, attributes: { Arn: `arn:${ref}`, 'Nested.Name': 'nested' }, addresses });
  }
  return plan;
}

/** What `value` resolves to as a property, beside a resource `Queue` and some parameters, conditions and mappings. */
function resolved(value: unknown): unknown {
  const plan = planOf({
    Stack: {
      Parameters: { Size: { Type: 'Number', Default: 3 }, Zones: { Type: 'CommaDelimitedList', Default: 'a, b' } },
      Mappings: { Limits: { 'us-east-1': { rate: 5 } } },
      Conditions: {
        Large: { 'Fn::Equals': [{ Ref: 'Size' }, '9'] },
        Small: { 'Fn::Not': [{ Condition: 'Large' }] },
        Either: { 'Fn::Or': [{ Condition: 'Large' }, { Condition: 'Small' }] },
        Both: { 'Fn::And': [{ Condition: 'Large' }, { Condition: 'Small' }] },
      },
      Resources: { Queue: { Type: 'Queue' }, Probe: { Type: 'Probe', Properties: { Value: value } } },
    },
  });
  const probe = plan.resources.find(({ logicalId }) => logicalId === 'Probe');
  return probe && plan.properties(probe)['Value'];
}

test.each<[string, unknown, unknown]>([
  ['Ref of a resource', { Ref: 'Queue' }, 'queue'],
  ['Ref of a parameter', { Ref: 'Size' }, '3'],
  ['Ref of a list', { Ref: 'Zones' }, ['a', 'b']],
  [
    'pseudo parameters',
    { 'Fn::Join': ['/', [{ Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }]] },
    'us-east-1/000000000000',
  ],
  ['the suffix and the partition', { 'Fn::Sub': '${AWS::Partition}.${AWS::URLSuffix}' }, 'aws.amazonaws.com'],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['Fn::GetAtt of a nested attribute', { 'Fn::GetAtt': 'Queue.Nested.Name' }, 'nested'],
  ['Fn::Sub', { 'Fn::Sub': ['${Queue}-${Queue.Arn}-${x}-${!kept}', { x: 1 }] }, 'queue-arn:queue-1-${kept}'],
  [
    'Fn::Select and Fn::Split',
    { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
    'queue',
  ],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Limits', { Ref: 'AWS::Region' }, 'rate'] }, 5],
  ['Fn::If', [{ 'Fn::If': ['Small', 'yes', 'no'] }, { 'Fn::If': ['Large', 'yes', { Ref: 'AWS::NoValue' }] }], ['yes']],
  ['Fn::And and Fn::Or', [{ 'Fn::If': ['Either', 1, 0] }, { 'Fn::If': ['Both', 1, 0] }], [1, 0]],
  ['Fn::Base64', { 'Fn::Base64': 'abc' }, 'YWJj'],
  [
    'an IAM condition',
    { Condition: { StringEquals: { a: { Ref: 'Queue' } } } },
    { Condition: { StringEquals: { a: 'queue' } } },
  ],
  [
    'an address that is put together',
    { 'Fn::Join': ['', ['https://', { Ref: 'Queue' }, '.example.amazonaws.com/v1']] },
    'http://127.0.0.1:4100/v1',
  ],
])('%s is resolved', (_, value, expected) => {
  expect(resolved(value)).toEqual(expected);
});

test.each<[string, unknown, string]>([
  ['an unknown function', { 'Fn::Transform': {} }, 'Fn::Transform is not implemented locally'],
  ['a name that is not there', { Ref: 'Nobody' }, 'Ref names Nobody'],
  ['an attribute that is not known', { 'Fn::GetAtt': ['Queue', 'Weight'] }, 'Queue.Weight'],
  ['an import that nobody exports', { 'Fn::ImportValue': 'elsewhere' }, 'exports elsewhere'],
])('%s is an error that names its place', (_, value, message) => {
  expect(() => resolved({ inside: value })).toThrow(message);
  expect(() => resolved({ inside: value })).toThrow('Stack Stack, resource Probe (Probe), property Value.inside');
});

test('a value that one stack exports reaches the next', () => {
  const plan = planOf({
    Data: {
      Resources: { Table: { Type: 'Table' } },
      Outputs: { TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'Data:Table' } } },
    },
    Api: { Resources: { Reader: { Type: 'Reader', Properties: { Arn: { 'Fn::ImportValue': 'Data:Table' } } } } },
  });

  const reader = plan.resources.find(({ logicalId }) => logicalId === 'Reader');
  expect(reader && plan.properties(reader)).toEqual({ Arn: 'arn:table' });
  expect(plan.outputs()).toEqual({ TableArn: 'arn:table', 'Data.TableArn': 'arn:table' });
});

test('a resource comes after all that it refers to, and one whose condition fails does not come', () => {
  const plan = planOf({
    Stack: {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        A: { Type: 'T', Properties: { text: { 'Fn::Sub': '${B.Arn}' } } },
        B: { Type: 'T', Properties: { list: [{ deep: { Ref: 'C' } }] } },
        C: { Type: 'T', DependsOn: ['D'] },
        D: { Type: 'T' },
        E: { Type: 'T', Condition: 'Never' },
      },
    },
  });

  expect(plan.resources.map(({ logicalId }) => logicalId)).toEqual(['D', 'C', 'B', 'A']);
});

test('resources that refer to each other in a circle are named', () => {
  const Resources = { A: { Type: 'T', Properties: { b: { Ref: 'B' } } }, B: { Type: 'T', DependsOn: 'A' } };

  expect(() => planOf({ Stack: { Resources } })).toThrow('A → B → A');
});

test.each<[string, object, Record<string, string>, string]>([
  ['has neither default nor value', { Type: 'String' }, {}, 'Parameter Url of stack Stack has no default'],
  ['is not allowed', { Type: 'String', AllowedPattern: 'https://.+' }, { Url: 'ftp://x' }, 'does not match'],
  ['is none of a list', { Type: 'String', AllowedValues: ['a'] }, { Url: 'b' }, 'allowed are a'],
  ['names nothing', { Type: 'String', Default: 'x' }, { Uri: 'y' }, 'No stack has the parameter Uri'],
])('a parameter that %s stops the start', (_, parameter, given, message) => {
  expect(() => planOf({ Stack: { Parameters: { Url: parameter }, Resources: {} } }, given)).toThrow(message);
});

test('a template section that would change its meaning is refused', () => {
  expect(() => Template.parse({ Transform: 'AWS::Serverless-2016-10-31', Resources: {} })).toThrow('Transform');
});
