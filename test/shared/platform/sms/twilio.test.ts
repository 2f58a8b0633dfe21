import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../../../lib/local/twilio/simulator.ts';
import { outcomeOf, twilioProvider } from '../../../../shared/platform/sms/twilio.ts';
import { isSignedByTwilio } from '../../../../shared/platform/sms/twilio-signature.ts';

const accountSid = 'AC0123456789abcdef0123456789abcdef';
const authToken = 'the-token-of-the-account';
const from = '+12022255501';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ port: 0, dataFile: null, log: () => undefined });
  simulator.setAccount({ accountSid, authToken, numbers: [from] });
});
afterAll(() => simulator.close());

const provider = (over: { authToken?: string; baseUrl?: string } = {}) =>
  twilioProvider({ baseUrl: simulator.url, accountSid, authToken, timeoutMs: 500, ...over });
const message = (to: string) => ({
  to,
  from,
  body: 'Hello',
  statusCallback: 'http://127.0.0.1:9/x',
  validitySeconds: 60,
});

test.each([
  ['+12025550101', { kind: 'accepted', segments: 1 }],
  ['+12025550140', { kind: 'busy', code: 20429 }],
  ['+12025550141', { kind: 'unclear' }],
  ['+12025550142', { kind: 'unclear' }],
  ['+12025550143', { kind: 'unclear' }],
  ['+12025550144', { kind: 'unclear' }],
  ['+15005550001', { kind: 'refused', class: 'bad_number', code: 21211 }],
  ['+15005550004', { kind: 'refused', class: 'opted_out', code: 21610 }],
])('a call for %s comes to %o', async (to, outcome) => {
  expect(await provider().send(message(to))).toMatchObject(outcome);
});

test('a wrong token is our own fault, not the recipient’s', async () => {
  const outcome = await provider({ authToken: 'another' }).send(message('+12025550101'));

  expect(outcome).toMatchObject({ kind: 'refused', class: 'configuration', code: 20003 });
});

test('a connection that was never made may be tried again', async () => {
  expect(await provider({ baseUrl: 'http://127.0.0.1:9' }).send(message('+12025550101'))).toEqual({
    kind: 'busy',
    code: null,
  });
});

test('whatever is not clearly a no is unclear', () => {
  const errors = [
    new Error('?'),
    new SyntaxError('not JSON'),
    { code: 'ECONNRESET' },
    { status: 502 },
    { status: 408 },
    undefined,
  ];

  expect(errors.map((error) => outcomeOf(error).kind)).toEqual(errors.map(() => 'unclear'));
});

test('what was accepted without an answer stands in the books', async () => {
  await provider().send(message('+12025550242'));

  const [found] = await provider().sentTo('+12025550242');
  expect(found).toMatchObject({ from, body: 'Hello' });
  expect(await provider().sentTo('+12025550299')).toEqual([]);
});

const signed = {
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  form: {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  },
  signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
};

test('a signature holds for its token, address and form only, while tokens rotate for either', () => {
  expect(isSignedByTwilio(['12345'], signed)).toBe(true);
  expect(isSignedByTwilio(['old', '12345'], signed)).toBe(true);
  expect(isSignedByTwilio(['54321'], signed)).toBe(false);
  expect(isSignedByTwilio(['12345'], { ...signed, signature: '' })).toBe(false);
  expect(isSignedByTwilio(['12345'], { ...signed, url: `${signed.url}3` })).toBe(false);
  expect(isSignedByTwilio(['12345'], { ...signed, form: { ...signed.form, Extra: '1' } })).toBe(false);
});
