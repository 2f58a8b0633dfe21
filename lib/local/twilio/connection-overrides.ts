/** What a webhook URL's fragment asks of Twilio: `#rc=3&rp=ct,rt,5xx&tt=12000`. */
export interface ConnectionOverrides {
  /** The URL that is called and signed: without its fragment. */
  url: string;
  /** Retries after the first call, 0 to 5. */
  retries: number;
  retryOn: ReadonlySet<string>;
  /** Milliseconds for one answer, and for all attempts together. */
  readTimeoutMs: number;
  totalTimeoutMs: number;
}

/** Reads the fragment; a value that is missing or out of range is Twilio's default. `ct` (connect) and `e`, `sni` have no effect here. */
export function connectionOverrides(webhookUrl: string): ConnectionOverrides {
  const at = webhookUrl.indexOf('#');
  const fragment = new URLSearchParams(at < 0 ? '' : webhookUrl.slice(at + 1));
  return {
    url: at < 0 ? webhookUrl : webhookUrl.slice(0, at),
    retries: within(fragment.get('rc'), 0, 5, 1),
    retryOn: new Set((fragment.get('rp') ?? 'ct').split(',')),
    readTimeoutMs: within(fragment.get('rt'), 100, 15_000, 15_000),
    totalTimeoutMs: within(fragment.get('tt'), 100, 15_000, 15_000),
  };
}

function within(text: string | null, least: number, most: number, fallback: number): number {
  if (text === null || !/^\d+$/.test(text)) return fallback;
  const value = Number(text);
  return value < least || value > most ? fallback : value;
}
