import { z } from 'zod';
import type { Exchange } from './http-exchange.ts';

/** A request that the simulator's own endpoints can't take; the Messages API has ApiError. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads and checks a JSON body. Throws BadRequest with the field that is wrong. */
export async function readJson<Body>(exchange: Exchange, schema: z.ZodType<Body>): Promise<Body> {
  // A page of another site may send forms and text to this machine unasked, but not JSON.
  if (!/^application\/json\b/.test(exchange.headers['content-type'] ?? '')) {
    throw new BadRequest(415, 'The Content-Type must be application/json');
  }
  let value: unknown;
  try {
    value = JSON.parse(await exchange.text());
  } catch {
    throw new BadRequest(400, 'The body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(422, z.prettifyError(parsed.error));
  return parsed.data;
}
