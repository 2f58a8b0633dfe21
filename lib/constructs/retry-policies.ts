import { Duration } from 'aws-cdk-lib';
import { Errors, JitterType, type RetryProps } from 'aws-cdk-lib/aws-stepfunctions';

/**
 * For steps that may be repeated: 2, 4, 8, 16 and 32 s with jitter, a minute in all, longer than a throttled
 * partition or function takes to recover. Never for a step that calls the provider.
 */
export const repeatable: RetryProps = {
  errors: [Errors.ALL],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};
