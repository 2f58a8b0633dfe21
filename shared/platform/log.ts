import { Logger } from '@aws-lambda-powertools/logger';

/** The function's structured log. Phone numbers, bodies, tokens and signed URLs never go in. */
export const log = new Logger({ serviceName: 'heliograph' });

/** Logs a bug, or whatever else nobody refused in words, with its stack. */
export const logFailure = (message: string, error: unknown, fields: Record<string, string> = {}) =>
  log.error(message, { ...fields, error: error instanceof Error ? error : new Error(String(error)) });
