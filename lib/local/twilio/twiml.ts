/** One `<Message>` of a TwiML answer. */
export interface TwimlMessage {
  to: string | null;
  body: string;
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** The messages that a webhook's answer asks for; null when it is no TwiML. Attributes other than `to` are ignored. */
export function parseTwiml(xml: string): TwimlMessage[] | null {
  const document = xml
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^\s*<\?xml[^>]*\?>/, '')
    .trim();
  if (document === '' || /^<Response\s*\/>$/.test(document)) return [];
  const response = /^<Response\s*>([\s\S]*)<\/Response\s*>$/.exec(document);
  if (!response) return null;
  return [...(response[1] ?? '').matchAll(/<Message(\s[^>]*)?>([\s\S]*?)<\/Message\s*>/g)].map((match) => {
    const content = match[2] ?? '';
    const to = /\bto="([^"]*)"/.exec(match[1] ?? '')?.[1];
    const body = /<Body\s*>([\s\S]*?)<\/Body\s*>/.exec(content)?.[1] ?? content;
    return { to: to === undefined ? null : decode(to), body: decode(body).trim() };
  });
}

function decode(text: string): string {
  return text.replace(
    /<!\[CDATA\[([\s\S]*?)\]\]>|&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, raw, decimal, hex, name) => {
      if (raw !== undefined) return String(raw);
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return entities[String(name).toLowerCase()] ?? whole;
    },
  );
}
