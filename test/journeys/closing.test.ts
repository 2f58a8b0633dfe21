import { gunzipSync } from 'node:zlib';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createPrincipals } from '../../lib/local/wire/principals.ts';
import { auditLogRoutes } from '../../shared/audit-logs/routes.ts';
import { campaignRoutes } from '../../shared/campaigns/routes.ts';
import { closureRoutes } from '../../shared/closures/routes.ts';
import { importRoutes } from '../../shared/imports/routes.ts';
import { organizationRoutes } from '../../shared/organizations/routes.ts';
import { aMember } from '../support/a-member.ts';
import { importFile } from '../support/import-file.ts';
import { mailTo } from '../support/mailbox.ts';
import { ownedThings } from '../support/owned-things.ts';
import { refusalOf } from '../support/refusal-of.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { waitFor } from '../support/wait-for.ts';

/** Everything in table and buckets whose key carries the organization, past the product's own walk. */
const leftOf = async (organizationId: string, buckets: readonly string[]) => {
  const { controlUrl, gatewayUrl: endpoint } = inject('stack');
  const Status = z.object({ outputs: z.object({ TableName: z.string() }) });
  const { outputs } = Status.parse(await (await fetch(`${controlUrl}/status`)).json());
  const credentials = createPrincipals().administrator;
  const region = 'us-east-1';
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials });
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, { S: string }> | undefined;
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: outputs.TableName,
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        ProjectionExpression: 'pk, sk, organizationId',
      }),
    );
    for (const { pk, sk, organizationId: holder } of page.Items ?? [])
      if (pk?.S?.includes(organizationId) || holder?.S === organizationId) found.push(`${pk?.S} ${sk?.S}`);
    const last = page.LastEvaluatedKey;
    ExclusiveStartKey = last ? { pk: { S: last.pk?.S ?? '' }, sk: { S: last.sk?.S ?? '' } } : undefined;
  } while (ExclusiveStartKey);
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  for (const Bucket of buckets)
    for (const folder of ['uploads', 'errors', 'exports']) {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix: `${folder}/${organizationId}/` }),
      );
      found.push(...Contents.map(({ Key = '' }) => `${Bucket}/${Key}`));
    }
  return found;
};

/** Addresses are `gateway/bucket/key`. */
const bucketOf = (url: string) => new URL(url).pathname.split('/')[1] ?? '';

test('an organization takes its data along, and leaves nothing behind', async () => {
  const { api, session } = await signUp();
  await connectProvider(api);
  const things = await ownedThings(api);
  await importFile(api, { name: 'a.csv', content: 'phone\n(202) 555-0153\nnot a phone\n' });
  await aMember(api, { role: 'customer', phone_number: '+12025550199' });
  const { data: upload } = await api.call(importRoutes.startImport, { body: { filename: 'b.csv', fileSize: 20 } });
  const { data: organization } = await api.call(organizationRoutes.getOrganization, {});
  const confirm = organization.slug;
  const closure = async () => (await api.call(closureRoutes.getClosure, {})).data;

  await api.call(closureRoutes.requestClosure, { body: { confirm } });
  const start = api.call(campaignRoutes.startCampaign, { params: { campaignId: things['/campaigns/'] ?? '' } });
  expect(await refusalOf(start)).toBe('409 CONFLICT');
  const { files, rows } = await waitFor('the export', closure, ({ status }) => status === 'exported', 60);
  const contents = await Promise.all(
    files.map(async ({ name, url }) => {
      const packed = Buffer.from(await (await fetch(url)).arrayBuffer());
      return [
        name,
        gunzipSync(packed)
          .toString()
          .trim()
          .split('\n')
          .map((line): unknown => JSON.parse(line)),
      ] as const;
    }),
  );

  const exportOf = (noun: string) =>
    contents.filter(([name]) => name.startsWith(`${noun}-0`)).flatMap(([, items]) => items);
  expect(exportOf('contacts')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ phone: '+12025550161' }),
      expect.objectContaining({ phone: '+12025550153' }),
    ]),
  );
  expect(exportOf('users')).toHaveLength(3);
  expect(exportOf('audit-log').length).toBeGreaterThan(8);
  expect(contents.reduce((sum, [, items]) => sum + items.length, 0)).toBe(rows);
  expect(JSON.stringify(contents)).not.toMatch(/argon2id|secretHash|sealed/);
  await mailTo(session.user.email ?? '', /data of your organization is ready/);
  const { data: log } = await api.call(auditLogRoutes.listAuditLogs, { query: { action: 'organization_closing' } });
  expect(log).toHaveLength(1);

  await api.call(closureRoutes.eraseOrganization, { body: { confirm } });
  await waitFor(
    'the erasure',
    () => refusalOf(api.call(closureRoutes.getClosure, {})),
    (answer) => answer === '401 UNAUTHENTICATED',
    60,
  );
  const organizationId = session.user.organization_id;
  const buckets = [bucketOf(upload.upload?.url ?? ''), bucketOf(files[0]?.url ?? '')];
  // The last two writes are the tombstone and then the closure: one reading, page by page, may come between them.
  const left = await waitFor(
    'nothing but the tombstone',
    () => leftOf(organizationId, buckets),
    (found) => found.some((key) => key.startsWith('D#closed#')) && found.every((key) => /^D#(closed|due)#/.test(key)),
    60,
  );
  expect(left.filter((key) => key.startsWith('D#closed#'))).toHaveLength(1);
});

test('a closing is asked for by its slug, and can be stopped', async () => {
  const { api } = await signUp();
  const request = (confirm: string) => refusalOf(api.call(closureRoutes.requestClosure, { body: { confirm } }));
  const { data } = await api.call(organizationRoutes.getOrganization, {});

  expect([await request('yes'), await request(data.slug), await request(data.slug)]).toEqual([
    '422 VALIDATION_ERROR',
    'answered',
    '409 CONFLICT',
  ]);
  await waitFor(
    'the stop',
    () => refusalOf(api.call(closureRoutes.cancelClosure, {})),
    (answer) => answer === 'answered',
    30,
  );
  expect(await refusalOf(api.call(closureRoutes.getClosure, {}))).toBe('404 NOT_FOUND');
  expect(await refusalOf(api.call(organizationRoutes.getOrganization, {}))).toBe('answered');
});
