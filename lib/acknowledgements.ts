import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Findings of the AWS Solutions checks that we keep, each with its reason; everything else stops the synthesis. */
const acknowledged: Record<string, string> = {
  'AwsSolutions::AwsSolutions-APIG1':
    'Every function logs request id, route, status and duration; an access log would say it again at $0.50 a GB',
  'AwsSolutions::AwsSolutions-APIG4':
    'The functions authorize: a session must end on the very next request, which an API Gateway authorizer cannot see',
  'AwsSolutions::AwsSolutions-S1':
    'Objects are reached by functions and presigned URLs only, both logged; server access logs would be a second bucket to keep',
  'CloudFormation-Validate::W2001': 'Parameters are read by other stacks through exports',
};

export const acknowledgeFindings = (scope: IConstruct) => {
  for (const [id, reason] of Object.entries(acknowledged)) Validations.of(scope).acknowledge({ id, reason });
};
