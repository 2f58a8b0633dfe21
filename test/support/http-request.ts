export interface RequestOptions {
  token?: string;
  /** Sent as it is: malformed bodies too. */
  text?: string;
  headers?: Record<string, string>;
}

/** An answer as it came; `body` is its JSON, or `undefined` where it is none. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

/** One request as any HTTP client may send it: redirects are not followed, nothing is checked. */
export const request = async (method: string, url: string, options: RequestOptions = {}): Promise<Answer> => {
  const { token, text, headers } = options;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  return { status: response.status, headers: response.headers, text: answered, body: jsonOrNothing(answered) };
};

const jsonOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
