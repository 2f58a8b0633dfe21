import { z } from 'zod';
import { createPrincipals } from '../local/wire/principals.ts';
import { homeFolder } from './launch.ts';
import { LaunchError } from './launch-error.ts';
import { runningStack } from './stack-file.ts';

const Status = z.object({ outputs: z.object({ TableName: z.string(), KeyArn: z.string() }) });

export interface TableAccess {
  tableName: string;
  /** The KMS key that seals secrets; of a deployment it has to be named. */
  keyArn?: string;
  /** Of the local stack; on AWS the credentials and the region of the environment are used. */
  local?: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

/**
 * The table that an operator's command works on: the named one on AWS, else that of the running local stack.
 * @throws LaunchError when there is neither
 */
export const tableAccess = async (tableName: string | undefined): Promise<TableAccess> => {
  if (tableName !== undefined) return { tableName };
  const running = await runningStack(homeFolder);
  if (!running)
    throw new LaunchError('There is no table to work on', 'No local stack is running, and no table was named.', [
      'Start the local stack: npm start',
      'Or name the table of a deployment, its output TableName: --table NAME',
    ]);
  const { outputs } = Status.parse(await (await fetch(`${running.controlUrl}/status`)).json());
  const credentials = createPrincipals().administrator;
  return {
    tableName: outputs.TableName,
    keyArn: outputs.KeyArn,
    local: { endpoint: running.gatewayUrl, region: 'us-east-1', credentials },
  };
};
