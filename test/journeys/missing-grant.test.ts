import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import type { ApiClient } from '../../lib/api-client.ts';
import { contactRoutes } from '../../shared/contacts/routes.ts';
import { importFile } from '../support/import-file.ts';
import { fileOf, phoneAt } from '../support/made-up-phones.ts';
import { analyticsOf, draftCampaign, startCampaign } from '../support/run-campaign.ts';
import { signUp } from '../support/sign-up.ts';
import { connectProvider } from '../support/simulated-provider.ts';
import { startFaultyStack, type TestStack } from '../support/start-stack.ts';
import { waitFor } from '../support/wait-for.ts';

const actions = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const Policy = z.looseObject({
  Type: z.literal('AWS::IAM::Policy'),
  Properties: z.looseObject({
    PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Action: actions })) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});
const Template = z.looseObject({ Resources: z.record(z.string(), z.unknown()) });

/** A copy of the synthesized stacks in which one role lacks one action. @throws Error where nothing grants it */
const assemblyWithout = (role: string, action: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'without-'));
  const { assembly } = inject('stack');
  // Code stays where it is: templates and manifests alone are copied.
  for (const name of readdirSync(assembly))
    if (name.endsWith('.json')) cpSync(join(assembly, name), join(folder, name));
    else symlinkSync(join(assembly, name), join(folder, name));
  let removed = 0;
  for (const file of globSync(join(folder, '*.template.json'))) {
    const template = Template.parse(JSON.parse(readFileSync(file, 'utf8')));
    for (const [id, resource] of Object.entries(template.Resources)) {
      const { data: policy } = Policy.safeParse(resource);
      if (!policy?.Properties.Roles.some(({ Ref }) => Ref.includes(role))) continue;
      for (const statement of policy.Properties.PolicyDocument.Statement) {
        const kept = statement.Action.filter((granted) => granted !== action);
        removed += statement.Action.length - kept.length;
        statement.Action = kept.length > 0 ? kept : ['none:Nothing'];
      }
      template.Resources[id] = policy;
    }
    writeFileSync(file, JSON.stringify(template));
  }
  if (removed === 0) throw new Error(`No role like ${role} is granted ${action}`);
  return folder;
};

interface Journey {
  role: string;
  action: string;
  resource: RegExp;
  /** What needs the grant; resolves, whether or not it comes to its end. */
  run(api: ApiClient, stack: TestStack): Promise<unknown>;
}

const file = { name: 'a.csv', content: fileOf([phoneAt(1), phoneAt(2)]), listName: 'All' };

const journeys: Journey[] = [
  {
    role: 'ContactsHttp',
    action: 'dynamodb:Query',
    resource: /:table\//,
    run: (api) => api.call(contactRoutes.listContacts, {}).catch(() => undefined),
  },
  {
    role: 'ImportsPlanImport',
    action: 'sqs:SendMessage',
    resource: /:sqs:.*Chunks/,
    run: (api) => importFile(api, file, 3).catch(() => undefined),
  },
  {
    role: 'CampaignsSendBatch',
    action: 'kms:Decrypt',
    resource: /:key\//,
    run: async (api, { addresses }) => {
      const provider = await connectProvider(api, addresses.simulatorUrl);
      const { listId } = await importFile(api, file);
      const campaignId = await draftCampaign(api, { listIds: [listId ?? ''], body: 'Hello' });
      await startCampaign(api, campaignId);
      await waitFor(
        'the plan',
        () => analyticsOf(api, campaignId),
        ({ counts }) => counts.total === 2,
      );
      expect(await provider.sent()).toEqual([]);
    },
  },
];

test.each(journeys)(
  'without $action of $role its journey fails, and the denial says so',
  {
    timeout: 120_000,
  },
  async ({ role, action, resource, run }) => {
    const assembly = assemblyWithout(role, action);
    const stack = await startFaultyStack(assembly);
    try {
      const { api } = await signUp(stack.addresses.apiUrl);

      await run(api, stack);

      const { denials } = stack.stack.runtime.gateway;
      const denied = await waitFor(
        'a denial',
        async () => denials.find((denial) => denial.action === action),
        (denial) => denial !== undefined,
      );
      expect(denied).toMatchObject({
        principal: expect.stringContaining(role),
        resource: expect.stringMatching(resource),
      });
      expect(denials.map((denial) => denial.action)).toEqual(denials.map(() => action));
      const told = async () => stack.lines.find((line) => line.includes('AccessDenied') && line.includes(action));
      expect(await waitFor('the log', told, (line) => line !== undefined)).toContain(denied?.resource);
    } finally {
      await stack.close();
      rmSync(assembly, { recursive: true, force: true });
    }
  },
);
