import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

/** The runs of one state machine. A name is used once: what is started twice under it runs once. */
export interface Executions {
  /** Starts a run, unless one of this name was ever started. */
  start(name: string, input: Record<string, unknown>): Promise<void>;
  isRunning(name: string): Promise<boolean>;
}

export const openStateMachine = (client: SFNClient, stateMachineArn: string): Executions => {
  const executionArn = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    start: async (name, input) => {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ExecutionAlreadyExists')) throw error;
      }
    },
    isRunning: async (name) => {
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
        return status === 'RUNNING' || status === 'PENDING_REDRIVE';
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
        throw error;
      }
    },
  };
};
