import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isProvidersKeyword, keywordOf } from '../../../shared/messages/keywords.ts';

const kindOf = (text: string) => {
  const keyword = keywordOf(text);
  return keyword?.kind === 'stop' ? keyword.matchedBy : keyword?.kind;
};

describe('what a text asks for', () => {
  test.each([
    'stop',
    'Stop.',
    'STOP!!',
    ' stop ',
    '"Stop"',
    'ＳＴＯＰ',
    'S\u200btop',
    'opt out',
    'Opt-Out',
    'STOP ALL',
    'END',
    'revoke',
    'Unsubscribe',
    'alto',
    'BAJA',
  ])('%s is an opt-out by keyword', (text) => {
    expect(kindOf(text)).toBe('keyword');
  });

  test.each([
    'STOP PLEASE',
    'Please stop texting me',
    'Stop sending me this',
    "don't text me",
    'Don’t text me again please',
    'help me stop these texts',
    'Take me off your list',
    'no más mensajes',
    'PLEASE OPT ME OUT of this thing you do',
  ])('%s is an opt-out by phrase', (text) => {
    expect(kindOf(text)).toBe('phrase');
  });

  test.each(['end of june works?', 'can I cancel my appointment?', 'Quit it', 'the end'])(
    '%s may be one: honoured first, looked at later',
    (text) => {
      expect(kindOf(text)).toBe('ambiguous');
    },
  );

  test('a wrong number is an opt-out of a class of its own', () => {
    expect(kindOf('You have the wrong number')).toBe('wrong_number');
  });

  test.each([
    'st0p',
    "don't stop",
    'Don’t stop!',
    'never stop',
    'stop by the office?',
    'could you stop by the office?',
    'we have got to STOP this bill',
    'restart',
    'I will restart it',
    'Thanks!',
    '',
    '🛑',
    'unstoppable',
  ])('%s asks for nothing', (text) => {
    expect(kindOf(text)).toBeUndefined();
  });

  test.each([
    ['START', 'start'],
    ['yes', 'start'],
    ['YES!', 'start'],
    ['unstop', 'start'],
    ['HELP', 'help'],
    ['info', 'help'],
    ['yes we can', undefined],
  ])('%s asks for %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  test('a per-se word alone is honoured in any case and between any marks', () => {
    const word = fc.constantFrom('stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe');
    const marks = fc.string({ unit: fc.constantFrom(' ', '.', '!', '"', '-', '\n', '…', '🙏'), maxLength: 4 });

    fc.assert(
      fc.property(word, marks, marks, fc.boolean(), (text, before, after, upper) => {
        expect(kindOf(before + (upper ? text.toUpperCase() : text) + after)).toBe('keyword');
      }),
    );
  });

  test('any text at all is read without an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1600 }), (text) => void keywordOf(text)));
  });
});

test.each([
  ['STOP', true],
  [' stop ', true],
  ['Stop.', false],
  ['opt out', false],
  ['HELP', true],
])('the provider answers %s by itself: %s', (text, answers) => {
  expect(isProvidersKeyword(text)).toBe(answers);
});
