import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { explain, LaunchError } from '../lib/launch/launch-error.ts';
import { tableAccess } from '../lib/launch/table-access.ts';
import { verifyAudit } from '../shared/audit-logs/verify-audit.ts';
import { contactsByIds } from '../shared/contacts/find-contacts.ts';
import { openDirectory } from '../shared/directory/directory-store.ts';
import { systemClock } from '../shared/platform/clock.ts';
import { OrganizationId } from '../shared/platform/organization-id.ts';
import { openTable, type Table } from '../shared/platform/table/table.ts';

const usage = `npm run verify-audit -- --organization ID|SLUG [options]

  --organization X   whose audit log
  --table NAME       the table of a deployment, with the credentials of the environment (default: the local stack's)
  --expect HASH      a hash that the chain must hold: the function's log has one for every seal
  --json             prints the result as one JSON object
  --help             prints this

  Ends with 1 when anything is not as it was sealed.
`;

const organizationOf = async (table: Table, name: string) => {
  const { data } = OrganizationId.safeParse(name.toLowerCase());
  const organizationId = data ?? (await openDirectory(table).holder('slug', name))?.organizationId;
  if (!organizationId)
    throw new LaunchError(`There is no organization ${name}`, 'It is neither an id nor a slug.', [
      'Look it up: GET /organizations/current',
    ]);
  return organizationId;
};

const main = async () => {
  const { values } = parseArgs({
    options: {
      organization: { type: 'string' },
      table: { type: 'string' },
      expect: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.organization === undefined) return void process.stdout.write(usage);
  const { tableName, local } = await tableAccess(values.table);
  const table = openTable(DynamoDBDocumentClient.from(new DynamoDBClient(local ?? {})), tableName);
  const organizationId = await organizationOf(table, values.organization);
  const standing = async (contactIds: readonly string[]) =>
    new Set((await contactsByIds(table, organizationId, contactIds)).map(({ id }) => id));
  const result = await verifyAudit({ table, clock: systemClock, standing }, organizationId, values.expect);
  process.exitCode = result.findings.length === 0 ? 0 : 1;
  if (values.json) return void process.stdout.write(`${JSON.stringify(result)}\n`);
  const found = result.findings.map((finding) => `✘ ${Object.values(finding).join(' · ')}`);
  const verdict = found.length === 0 ? ['✓ as it was sealed'] : found;
  const summary = `${result.entries} entries under ${result.seals} seals, ${result.unsealed} after the last; head ${result.head}`;
  process.stdout.write(`${[...verdict, summary].join('\n')}\n`);
};

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error, false)}\n`);
  process.exitCode = 1;
}
