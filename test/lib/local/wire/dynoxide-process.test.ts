import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const program = `
  import { startDynoxide } from './lib/local/wire/dynamodb/process.ts';
  const engine = await startDynoxide(null, () => undefined);
  console.log(engine.endpoint);
  setInterval(() => undefined, 1000);
`;

it('the DynamoDB engine ends with the process that started it, even when that is killed hard', async () => {
  const runner = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = await once(createInterface({ input: runner.stdout }), 'line');
  const answers = () =>
    fetch(String(endpoint), { method: 'POST', body: '{}' }).then(
      () => true,
      () => false,
    );
  const before = await answers();

  runner.kill('SIGKILL');

  await expect.poll(answers, { timeout: 10_000 }).toBe(false);
  expect(before).toBe(true);
});
