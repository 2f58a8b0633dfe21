import type { Keyword } from './keywords.ts';

/** One text that only confirms: nothing to win anybody back may stand in it (47 CFR 64.1200(a)(12)). */
export const replyTo = (keyword: Keyword['kind'], organizationName: string): string => {
  switch (keyword) {
    case 'stop':
      return `${organizationName}: You are unsubscribed and will get no more messages. Reply START to subscribe again.`;
    case 'start':
      return `${organizationName}: You are subscribed again. Reply HELP for help, STOP to unsubscribe.`;
    case 'help':
      return `${organizationName}: Msg frequency varies. Msg & data rates may apply. Reply STOP to unsubscribe.`;
  }
};

const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' };

/** The provider's markup for "answer this", or for "answer nothing". */
export const twiml = (reply: string | null) =>
  reply === null
    ? '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    : `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${reply.replaceAll(/[<>&"']/g, (mark) => entities[mark] ?? '')}</Message></Response>`;
