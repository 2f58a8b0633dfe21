import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Findings of the AWS Solutions checks that we keep, each with its reason; everything else stops the synthesis. */
const acknowledged: Record<string, string> = {
  'AwsSolutions::AwsSolutions-APIG1':
    'Every function logs request id, route, status and duration; an access log would say it again at $0.50 a GB',
  'AwsSolutions::AwsSolutions-APIG4':
    'The functions authorize: a session must end on the very next request, which an API Gateway authorizer cannot see',
  'AwsSolutions::AwsSolutions-S1':
    'Objects are reached by functions and presigned URLs only, both logged; server access logs would be a second bucket to keep',
  'AwsSolutions::AwsSolutions-SF1':
    'Step Functions keeps each execution for 90 days; a second copy in CloudWatch Logs is priced by the recipient',
  'AwsSolutions::AwsSolutions-SF2': 'Tracing is priced by the recipient: off until somebody looks for something',
  'CloudFormation-Validate::W2001': 'Parameters are read by other stacks through exports',
};

/** Wildcards in grants that are as narrow as they can be, by the shape of the finding. */
const narrowWildcards: readonly RegExp[] = [
  // The objects of one bucket of ours.
  /^Resource::.*(?:Runs|Uploads|Exports|Snapshots)\w*(?:\.Arn>)?\/\*$/,
  // The exports of the table, which have no names before they are made.
  /^Resource::.*Table\w+Arn\w*\/export\/\*$/,
  // The versions of one function of ours, which a state machine may invoke.
  /^Resource::<\w+\.Arn>:\*$/,
  // The executions of one state machine of ours.
  /^Resource::arn:<AWS::Partition>:states:.+:execution:.+:\*$/,
];

/** The AWS Solutions checks, less the narrow wildcards: their ids hold logical names, which no list could keep up with. */
export class SolutionsChecks extends AwsSolutionsChecks {
  protected override applyRule(params: IApplyRule) {
    super.applyRule({
      ...params,
      ruleSuffixOverride: params.ruleSuffixOverride ?? params.rule.name,
      rule: (node) => {
        const result = params.rule(node);
        return Array.isArray(result)
          ? result.filter((finding) => !narrowWildcards.some((pattern) => pattern.test(finding)))
          : result;
      },
    });
  }
}

export const acknowledgeFindings = (scope: IConstruct) => {
  for (const [id, reason] of Object.entries(acknowledged)) Validations.of(scope).acknowledge({ id, reason });
};
