import type { Runtime } from '../../../../lib/local/runtime.ts';
import { createExecutions, type Execution } from '../../../../lib/local/states/executions.ts';

export const machineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const roleArn = 'arn:aws:iam::000000000000:role/machine';

/** Runs a definition to its end. */
export async function runDefinition(runtime: Runtime, definition: object, input: unknown = {}): Promise<Execution> {
  const executions = createExecutions(runtime);
  executions.create({ name: 'machine', arn: machineArn, roleArn, definition });
  return ended(executions.start(machineArn, 'run', JSON.stringify(input)));
}

/** Resolves when an execution is no longer running. */
export async function ended(execution: Execution): Promise<Execution> {
  while (execution.status === 'RUNNING') await new Promise((resolve) => setTimeout(resolve, 5));
  return execution;
}

export const outputOf = ({ output }: Execution): unknown => JSON.parse(output ?? 'null');
