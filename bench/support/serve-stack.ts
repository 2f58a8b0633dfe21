/**
 * The stack under test, in a process of its own, so that it shares no thread with what measures it. Says its
 * addresses on standard output and ends when standard input does, however its parent ended.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { runTemplate } from '../../lib/local/run.ts';
import { startSimulator } from '../../lib/local/twilio/simulator.ts';
import type { StackAddresses } from './stack.ts';

process.env.TZ = 'UTC';
const [assembly = '', dataFolder = ''] = z.array(z.string()).parse(process.argv.slice(2));
const log = ({ level, source, message }: { level: string; source: string; message: string }) => {
  if (level === 'error') process.stderr.write(`${source}: ${message.slice(0, 400)}\n`);
};

const simulator = await startSimulator({
  port: 0,
  dataFile: dataFolder === '' ? null : join(dataFolder, 'provider.db'),
  log,
});
const stack = await runTemplate({
  assembly,
  dataFolder: dataFolder === '' ? null : dataFolder,
  parameters: { ProviderBaseUrl: simulator.url },
  // A count must not depend on when the minute turns.
  automaticSchedules: false,
  log,
});
simulator.setInboundUrl(stack.outputs.WebhookUrl ? `${stack.outputs.WebhookUrl}twilio/inbound` : null);

const addresses: StackAddresses = {
  apiUrl: stack.apiUrl,
  gatewayUrl: stack.gatewayUrl,
  controlUrl: stack.controlUrl,
  engineUrl: stack.runtime.engines.dynamodb.endpoint,
  tableName: stack.outputs.TableName ?? '',
};
process.stdout.write(`${JSON.stringify(addresses)}\n`);
process.stdin.resume().once('end', () => {
  void stack
    .close()
    .then(() => simulator.close())
    .then(() => process.exit(0));
});
