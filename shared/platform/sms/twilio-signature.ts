import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';

/**
 * Whether one of the account's auth tokens signed this webhook: its URL as it was called, and every parameter, known
 * or not. While tokens are rotated there are two.
 */
export const isSignedByTwilio = (
  authTokens: readonly string[],
  { url, form, signature }: { url: string; form: Record<string, string | string[]>; signature: string },
): boolean => signature !== '' && authTokens.some((token) => validateRequest(token, signature, url, form));
