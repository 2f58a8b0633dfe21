import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';
import { tableAccess } from '../lib/launch/table-access.ts';
import { makeSuperuser } from '../shared/auth/make-superuser.ts';
import { Email, Username } from '../shared/auth-users/routes.ts';
import { openDirectory } from '../shared/directory/directory-store.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { systemIds } from '../shared/platform/id.ts';
import { openTable } from '../shared/platform/table/table.ts';

const usage = `npm run superuser -- --username NAME --email ADDRESS [--table NAME]

  Makes somebody who works for the platform: in the installation's own organization, which the first one brings about.
  A superuser chooses the organization of a request by X-Organization-ID, makes organizations and sets their tiers.

  --username NAME    made with a password that is printed once; a member of that organization is made a superuser
  --email ADDRESS    where codes and notices go
  --table NAME       table of a deployment, with the credentials of the environment (default: the local stack's)
`;

const Request = z.object({ username: Username, email: Email });

const main = async () => {
  const options = { username: { type: 'string' }, email: { type: 'string' }, table: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  if (values.username === undefined || values.email === undefined) return void process.stdout.write(usage);
  const { data: request, error } = Request.safeParse(values);
  if (!request)
    throw new LaunchError('That is no name or no address', z.prettifyError(error), ['See npm run superuser']);
  const { tableName, local } = await tableAccess(values.table);
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(local ?? {}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table = openTable(client, tableName);
  const services = { table, clock: systemClock, ids: systemIds, directory: openDirectory(table) };
  const password = randomBytes(15).toString('base64url');
  const { made, organizationId } = await makeSuperuser(services, { ...request, password });
  const how = made === 'user' ? `password ${password}  (shown once: change it)` : 'keeps the password';
  process.stdout.write(`✓ ${request.username} is a superuser of organization ${organizationId}; ${how}\n`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error, false)}\n`);
  process.exitCode = 1;
}
