/** Twilio's default keywords on a long code: the whole body is the single word, in any case. */
const keywordWords = {
  stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
} as const;

export type Keyword = keyof typeof keywordWords;

/** The keyword that a body is, or null. "Stop." and "opt out" are none: the provider misses them, the product must not. */
export function keywordOf(body: string): Keyword | null {
  const word = body.trim().toUpperCase();
  if (keywordWords.stop.some((stop) => stop === word)) return 'stop';
  if (keywordWords.start.some((start) => start === word)) return 'start';
  return keywordWords.help.some((help) => help === word) ? 'help' : null;
}

/** The provider's own answer to a keyword. */
export const keywordAnswers: Record<Keyword, string> = {
  stop: 'You are unsubscribed and will get no more messages from this number. Reply START to subscribe again.',
  start: 'You are subscribed again and will get messages from this number. Reply HELP for help, STOP to unsubscribe.',
  help: 'Reply STOP to unsubscribe. Msg & data rates may apply.',
};
