import { expect, test } from 'vitest';
import { portsOf, readFlags } from '../../../lib/launch/command-line.ts';
import { explain, LaunchError } from '../../../lib/launch/launch-error.ts';

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return explain(error, false);
  }
  throw new Error('Nothing was refused');
};

test('a flag that is misspelt is told what it probably means', () => {
  expect(refusal(() => readFlags(['--frehs']))).toContain('Did you mean --fresh?');
  expect(refusal(() => readFlags(['--elsewhere']))).toContain('--help');
});

test('the port of the API comes from the flag before the variable', () => {
  const environment = { HELIOGRAPH_PORT: '5000' };

  expect(portsOf(readFlags(['--port', '5100']), environment).api.requested).toEqual({ port: 5100, setting: '--port' });
  expect(portsOf(readFlags([]), environment).api.requested).toEqual({ port: 5000, setting: 'HELIOGRAPH_PORT' });
  expect(portsOf(readFlags([]), {}).api.requested).toBeUndefined();
});

test.each(['http', '70000', '-1', '80.5'])('%s is no port', (port) => {
  expect(refusal(() => portsOf(readFlags([`--port=${port}`]), {}))).toContain('--port 4100');
});

test('an error says what, why and how to solve it, and its stack only on request', () => {
  const error = new LaunchError('It does not start', 'Something is missing.', ['Bring it']);

  expect(explain(error, false, 'local.log')).toMatch(
    /✘ It does not start[^]*Something is missing[^]*- Bring it[^]*local\.log/,
  );
  expect(explain(error, false)).not.toContain('at ');
  expect(explain(error, true)).toContain('command-line.test.ts');
});
