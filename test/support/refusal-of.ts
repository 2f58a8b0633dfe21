import { ApiRefusal } from '../../lib/api-client.ts';

/** Status and code with which the API refuses a call, or `answered`. */
export const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof ApiRefusal ? `${error.status} ${error.code}` : error),
  );
