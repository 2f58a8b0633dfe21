import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { configOf } from '../../lib/config.ts';
import { DataStack } from '../../lib/stacks/data-stack.ts';
import { FullTextStack } from '../../lib/stacks/full-text-stack.ts';
import { systemIds } from '../../shared/platform/id.ts';
import { OrganizationId } from '../../shared/platform/organization-id.ts';
import { contactKeys } from '../../shared/platform/table/contact-keys.ts';

const synthesized = (fullText: boolean) => {
  const app = new App();
  const config = configOf('dev', { fullText });
  const data = new DataStack(app, config);
  const search = fullText ? new FullTextStack(app, config, data) : undefined;
  return { data: Template.fromStack(data), search: search && Template.fromStack(search) };
};

test('full-text search is asked for, and the table has no stream without it', () => {
  synthesized(false).data.hasResourceProperties('AWS::DynamoDB::Table', { StreamSpecification: Match.absent() });
  synthesized(true).data.hasResourceProperties('AWS::DynamoDB::Table', {
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  });
});

test('its pipeline drops whatever is no contact', () => {
  const { search } = synthesized(true);
  const [pipeline] = Object.values(search?.findResources('AWS::OSIS::Pipeline') ?? {});
  const body = JSON.stringify(pipeline?.Properties.PipelineConfigurationBody);
  const [, pattern = ''] = /pk !~ \\+"(.*?)\\+"/.exec(body) ?? [];
  const kept = new RegExp(pattern);
  const organizationId = OrganizationId.parse(systemIds.random());

  expect(pattern).not.toBe('');
  for (const pk of contactKeys.buckets(organizationId)) expect(kept.test(pk)).toBe(true);
  const others = [contactKeys.phoneBuckets(organizationId), contactKeys.changeShards(organizationId)];
  for (const pk of [...others.flat(), ...contactKeys.nameShards(organizationId).flat()])
    expect(kept.test(pk)).toBe(false);
});

test('its collection is reached by the pipeline alone, until somebody is named', () => {
  const { search } = synthesized(true);
  search?.hasResourceProperties('AWS::OpenSearchServerless::Collection', { Type: 'SEARCH' });
  search?.resourceCountIs('AWS::OpenSearchServerless::AccessPolicy', 1);
  const actions = JSON.stringify(search?.findResources('AWS::IAM::Policy'));
  expect(actions).not.toMatch(/dynamodb:(PutItem|DeleteItem|UpdateItem|Scan)|\*:\*/);
});
