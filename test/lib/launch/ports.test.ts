import { afterEach, expect, test } from 'vitest';
import { LaunchError } from '../../../lib/launch/launch-error.ts';
import { choosePort, ownerOf } from '../../../lib/launch/ports.ts';
import { type Listener, listen } from '../../../lib/local/http/listeners.ts';

let listener: Listener | undefined;
afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

test('the usual port is taken when it is free', async () => {
  listener = await listen(0);
  const { port: usual } = listener;
  await listener.close();

  expect(await choosePort({ purpose: 'the API', usual })).toEqual({ port: usual });
});

test('a neighbour stands in for the usual port, and it is said who has that', async () => {
  listener = await listen(0);

  const { port, notice } = await choosePort({ purpose: 'the API', usual: listener.port });

  expect(port).not.toBe(listener.port);
  expect((port - listener.port) % 10).toBe(0);
  expect(notice).toContain(`Port ${listener.port} is taken`);
});

test('a requested port that is taken is an error with the port, its owner and the way out', async () => {
  listener = await listen(0);
  const requested = { port: listener.port, setting: '--port' };

  const refused = choosePort({ purpose: 'the API', usual: 4100, requested });

  await expect(refused).rejects.toThrow(LaunchError);
  await expect(refused).rejects.toThrow(String(listener.port));
  const owner = ownerOf(listener.port);
  if (owner) await expect(refused).rejects.toMatchObject({ why: expect.stringContaining(String(owner.pid)) });
});
