import { z } from 'zod';
import { ApiRefusal } from '../../lib/api-client.ts';

const Details = z.object({ challenge: z.string(), method: z.string(), destination: z.string().nullable() });

/** The challenge with which a sign-in asks for its second step. */
export const challengeOf = async (signIn: Promise<unknown>) => {
  const refused = await signIn.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof ApiRefusal) || refused.code !== 'VERIFICATION_REQUIRED')
    throw new Error(`Not asked for a second step: ${String(refused)}`);
  return Details.parse(refused.details);
};
