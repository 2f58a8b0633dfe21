import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { InvokeOutcome, Runtime } from '../runtime.ts';
import type { Meter } from '../wire/meter.ts';
import type { PrincipalRegistry } from '../wire/principals.ts';
import { StateError } from './state-error.ts';

/** What a state machine reaches AWS with, under its own role. */
export interface RoleClients {
  readonly roleArn: string;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  invoke(functionArn: string, event: unknown): Promise<InvokeOutcome>;
  /** Throws States.Permissions when the role's policies don't allow what a state does without a call of the SDK. */
  demand(action: string, resource: string): void;
  /** Counts one state transition, the unit in which AWS bills standard executions. */
  countTransition(): void;
  log: Runtime['log'];
  account: string;
  region: string;
}

/** A runtime, and where it has them, the policies of its template and the meter. */
export type StatesRuntime = Runtime & {
  readonly principals?: PrincipalRegistry;
  readonly gateway?: { readonly meter: Meter };
};

/** SDK clients that call the gateway under a role, and its way to functions. They end with the runtime. */
export function roleClients(runtime: StatesRuntime, roleArn: string): RoleClients {
  const config = {
    region: runtime.region,
    endpoint: runtime.gatewayUrl,
    credentials: runtime.credentialsOf(roleArn),
  };
  const clients = {
    // Checksum trailers would make a streamed body of known length a chunked one.
    s3: new S3Client({ ...config, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' }),
    sqs: new SQSClient(config),
    dynamodb: new DynamoDBClient(config),
  };
  runtime.onStop(() => {
    for (const client of Object.values(clients)) client.destroy();
  });
  return {
    roleArn,
    ...clients,
    invoke: (functionArn, event) => runtime.invoke(functionArn, event, { kind: 'role', roleArn }),
    demand(action, resource) {
      const decision = runtime.principals?.authorize({ kind: 'role', arn: roleArn }, action, resource);
      if (!decision || decision.allowed) return;
      const cause = `User: ${roleArn} is not authorized to perform: ${action} on resource: ${resource} ${decision.reason}`;
      throw new StateError('States.Permissions', cause);
    },
    countTransition() {
      const reading = { failed: false, bytesIn: 0, bytesOut: 0 };
      runtime.gateway?.meter.record(roleArn, { service: 'states', action: 'StateTransition' }, reading);
    },
    log: (line) => runtime.log(line),
    account: runtime.account,
    region: runtime.region,
  };
}
