import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createPrincipals } from '../../../lib/local/wire/principals.ts';
import { mailTo } from '../../support/mailbox.ts';
import { signUp } from '../../support/sign-up.ts';

test('what is put on the queue arrives in the mailbox, and a message that nobody can read holds up no other', async () => {
  const { session } = await signUp();
  const { controlUrl, gatewayUrl: endpoint } = inject('stack');
  const status = z.object({ queues: z.record(z.string(), z.unknown()) });
  const { queues } = status.parse(await (await fetch(`${controlUrl}/status`)).json());
  const name = Object.keys(queues).find((queue) => /Notifications(?!.*DeadLetters)/.test(queue)) ?? '';
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials: createPrincipals().administrator });
  const QueueUrl = `${endpoint}/000000000000/${name}`;
  const to = session.user.email ?? '';
  const organizationId = session.user.organization_id;
  const notice = { organizationId, kind: 'notice', to, notice: 'password_changed', at: '2026-01-02T03:04:05.000Z' };

  for (const MessageBody of ['{"kind":"poison"}', JSON.stringify(notice)])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: organizationId }));

  const mail = await mailTo(to, /password was changed/);
  expect(mail.subject).toMatch(/^Organization u/);
  expect(mail.text).toContain('2026-01-02 03:04 UTC');
});
