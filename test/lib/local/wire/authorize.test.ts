import { describe, expect, it } from 'vitest';
import { createPrincipals } from '../../../../lib/local/wire/principals.ts';

const role = 'arn:aws:iam::000000000000:role/worker';
const caller = { kind: 'role', arn: role } as const;
const queue = 'arn:aws:sqs:us-east-1:000000000000:jobs';
const s3 = { kind: 'service', principal: 's3.amazonaws.com' } as const;

describe('identity policies', () => {
  it('allow what matches action and resource, wildcards included, and nothing else', () => {
    const principals = createPrincipals();
    principals.addRole(role, [
      { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: 'arn:aws:s3:::files/imports/*' },
    ]);

    const asked = [
      principals.authorize(caller, 's3:GetObject', 'arn:aws:s3:::files/imports/1.csv'),
      principals.authorize(caller, 's3:putobject', 'arn:aws:s3:::files/imports/a/b'),
      principals.authorize(caller, 's3:DeleteObject', 'arn:aws:s3:::files/imports/1.csv'),
      principals.authorize(caller, 's3:GetObject', 'arn:aws:s3:::files/exports/1.csv'),
    ];

    expect(asked.map(({ allowed }) => allowed)).toEqual([true, true, false, false]);
  });

  it('deny before they allow', () => {
    const principals = createPrincipals();
    principals.addRole(role, [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
    principals.addStatements(role, [
      { Effect: 'Deny', NotAction: 'sqs:SendMessage', NotResource: 'arn:aws:s3:::open/*' },
    ]);

    const sending = principals.authorize(caller, 'sqs:SendMessage', queue);
    const receiving = principals.authorize(caller, 'sqs:ReceiveMessage', queue);
    const reading = principals.authorize(caller, 's3:GetObject', 'arn:aws:s3:::open/1');

    expect([sending.allowed, receiving.allowed, reading.allowed]).toEqual([true, false, true]);
    expect(receiving.reason).toContain('explicit deny');
  });

  it.each([
    [{ StringEquals: { 'kms:EncryptionContext:organizationId': 'o1' } }, true],
    [{ StringEquals: { 'kms:EncryptionContext:organizationId': ['o2', 'o3'] } }, false],
    [{ StringNotEquals: { 'kms:EncryptionContext:other': 'x' } }, true],
    [{ StringLike: { 'kms:EncryptionContext:organizationId': 'o?' } }, true],
    [{ StringEqualsIfExists: { 'kms:ViaService': 'x' } }, true],
    [{ StringEquals: { 'kms:ViaService': 'x' } }, false],
    [{ Null: { 'kms:ViaService': 'true' } }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['organizationId'] } }, true],
    [{ 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': ['other'] } }, false],
  ])('hold under the condition %j: %s', (condition, expected) => {
    const principals = createPrincipals();
    principals.addRole(role, [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: condition }]);

    const context = { 'kms:EncryptionContext:organizationId': 'o1', 'kms:EncryptionContextKeys': ['organizationId'] };
    const { allowed } = principals.authorize(
      caller,
      'kms:Decrypt',
      'arn:aws:kms:us-east-1:000000000000:key/k',
      context,
    );

    expect(allowed).toBe(expected);
  });

  it.each([
    [{ StringEquals: { 'dynamodb:LeadingKeys': 'x' } }, 'dynamodb:LeadingKeys'],
    [{ IpAddress: { 'aws:SourceArn': '10.0.0.0/8' } }, 'IpAddress'],
    [{ StringEquals: { 'aws:SourceArn': '${aws:PrincipalTag/team}' } }, 'policy variables'],
  ])('refuse a condition that is not evaluated here: %j', (condition, word) => {
    const principals = createPrincipals();

    const add = () => principals.addRole(role, [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }]);

    expect(add).toThrow(word);
  });
});

describe('resource policies', () => {
  it('let a service in for the source that they name', () => {
    const principals = createPrincipals();
    principals.addResourcePolicy(queue, [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: {
          ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::files' },
          StringEquals: { 'aws:SourceAccount': '000000000000' },
        },
      },
    ]);

    const from = (bucket: string) =>
      principals.authorize(s3, 'sqs:SendMessage', queue, {
        'aws:SourceArn': `arn:aws:s3:::${bucket}`,
        'aws:SourceAccount': '000000000000',
      });

    expect([from('files').allowed, from('others').allowed]).toEqual([true, false]);
  });

  it('deny insecure transport without denying what runs on this machine', () => {
    const principals = createPrincipals();
    principals.addRole(role, [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }]);
    principals.addResourcePolicy(queue, [
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sqs:*',
        Resource: queue,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);

    const { allowed } = principals.authorize(caller, 'sqs:SendMessage', queue);

    expect(allowed).toBe(true);
  });

  it('of a KMS key decide whether identity policies count', () => {
    const principals = createPrincipals();
    const key = 'arn:aws:kms:us-east-1:000000000000:key/1';
    const closed = 'arn:aws:kms:us-east-1:000000000000:key/2';
    principals.addRole(role, [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }]);
    principals.addResourcePolicy(key, [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
    ]);
    principals.addResourcePolicy(closed, [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:role/other' }, Action: 'kms:*', Resource: '*' },
    ]);

    const asked = [key, closed].map((arn) => principals.authorize(caller, 'kms:Decrypt', arn).allowed);

    expect(asked).toEqual([true, false]);
  });
});
