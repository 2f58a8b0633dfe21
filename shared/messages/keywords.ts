/** What a person's text asks for. An opt-out says by what it was recognised, for the record and for review. */
export type Keyword =
  | { kind: 'stop'; matchedBy: 'keyword' | 'phrase' | 'wrong_number' | 'ambiguous' }
  | { kind: 'start' }
  | { kind: 'help' };

/** Per-se words of the FCC's rule and the carriers' own, with those of Spanish. */
const stopWords = new Set(
  'STOP,STOPALL,STOP ALL,UNSUBSCRIBE,CANCEL,END,QUIT,REVOKE,OPTOUT,OPT OUT,ALTO,PARE,PARAR,DETENER,CANCELAR,BAJA'.split(
    ',',
  ),
);
const startWords = new Set(['START', 'YES', 'UNSTOP']);
const helpWords = new Set(['HELP', 'INFO']);

/** Wishes to be left alone, wherever they stand in a text. */
const stopPhrases = [
  'STOP TEXTING',
  'STOP MESSAGING',
  'STOP SENDING',
  'STOP CONTACTING',
  'STOP WRITING',
  'STOP THE TEXTS',
  'STOP THESE TEXTS',
  'STOP THE MESSAGES',
  'STOP THESE MESSAGES',
  'PLEASE STOP',
  'UNSUBSCRIBE ME',
  'REMOVE ME',
  'TAKE ME OFF',
  'DO NOT TEXT',
  'DONT TEXT',
  'DO NOT CONTACT',
  'DONT CONTACT',
  'NO MORE TEXTS',
  'NO MORE MESSAGES',
  'OPT ME OUT',
  'OPT OUT',
  'LEAVE ME ALONE',
  'DAR DE BAJA',
  'DARME DE BAJA',
  'NO MAS MENSAJES',
];

/** First words that are an opt-out however a short text goes on. */
const stopBeginnings = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE']);
/** … unless the next word makes it a visit: "stop by the office?". */
const visits = new Set(['BY', 'OVER', 'NEAR', 'OUTSIDE']);
const mostWordsAfterStop = 4;

/** Words before "stop" that ask for more: "don't stop", "never stop". */
const negations = new Set(['DONT', 'NOT', 'NEVER', 'CANT', 'CANNOT', 'WONT']);

/** Words that may well mean it in a short text: honoured at once, looked at by a person later. */
const ambiguousWords = new Set(['STOP', 'END', 'CANCEL', 'QUIT', 'REVOKE', 'UNSUBSCRIBE', 'OPTOUT']);
const mostAmbiguousWords = 6;

/**
 * Reads a text as its sender would want it read; an opt-out wins over everything else, and doubt counts as one.
 * Whole words only: "restart" starts nothing, "don't stop" stops nothing.
 */
export const keywordOf = (text: string): Keyword | undefined => {
  const words = wordsOf(text);
  const whole = words.join(' ');
  if (stopWords.has(whole)) return { kind: 'stop', matchedBy: 'keyword' };
  if (has(whole, 'WRONG NUMBER')) return { kind: 'stop', matchedBy: 'wrong_number' };
  const harmless = words.some(
    (word, index) => word === 'STOP' && (negations.has(words[index - 1] ?? '') || visits.has(words[index + 1] ?? '')),
  );
  if (!harmless) {
    const startsSo = stopBeginnings.has(words[0] ?? '') && words.length <= mostWordsAfterStop + 1;
    if (startsSo || stopPhrases.some((phrase) => has(whole, phrase))) return { kind: 'stop', matchedBy: 'phrase' };
    if (words.length <= mostAmbiguousWords && words.some((word) => ambiguousWords.has(word)))
      return { kind: 'stop', matchedBy: 'ambiguous' };
  }
  if (startWords.has(whole)) return { kind: 'start' };
  if (helpWords.has(whole)) return { kind: 'help' };
  return undefined;
};

/** The words that the provider answers by itself on a long code: a body that is nothing but one of them, in any case. */
const providerWords = new Set(
  'STOP,STOPALL,UNSUBSCRIBE,CANCEL,END,QUIT,REVOKE,OPTOUT,START,YES,UNSTOP,HELP,INFO'.split(','),
);

export const isProvidersKeyword = (text: string) => providerWords.has(text.trim().toUpperCase());

const has = (whole: string, phrase: string) => ` ${whole} `.includes(` ${phrase} `);

/** Upper-case words: full-width letters made plain, apostrophes and invisible characters gone, other marks as spaces. */
const wordsOf = (text: string) =>
  text
    .normalize('NFKC')
    .normalize('NFD')
    .replaceAll(/[\p{M}\p{Cf}'’‘ʼ`´]/gu, '')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ');
