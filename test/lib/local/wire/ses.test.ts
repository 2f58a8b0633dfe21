import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterEach, expect, it } from 'vitest';
import { openMailbox } from '../../../../lib/local/mail/mailbox.ts';
import { startLocalServices } from './local-services.ts';

type Services = Awaited<ReturnType<typeof startLocalServices>>;
let services: Services | undefined;
afterEach(() => services?.close());

const mail = (to: string, from = 'Heliograph <desk@example.com>') =>
  new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Text' }, Html: { Data: '<p>Text</p>' } } },
    },
  });
const grant = {
  Effect: 'Allow' as const,
  Action: ['ses:SendEmail'],
  Resource: ['arn:aws:ses:us-east-1:000000000000:identity/desk@example.com'],
  Condition: { StringEquals: { 'ses:FromAddress': ['desk@example.com'] } },
};

it('delivers to the mailbox what a role may send, and nothing that it may not', async () => {
  const mailbox = openMailbox(null);
  services = await startLocalServices({ mailbox });
  const allowed = services.asRole('mailer', [grant]);
  const stranger = services.asRole('stranger', []);

  const { MessageId } = await allowed.ses.send(mail('dana@example.com'));

  expect(MessageId).toEqual(expect.any(String));
  expect(mailbox.list({ limit: 10 })).toMatchObject([
    { recipient: 'dana@example.com', subject: 'Hello', text: 'Text', html: '<p>Text</p>' },
  ]);
  await expect(stranger.ses.send(mail('dana@example.com'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const other = mail('dana@example.com', 'ceo@example.com');
  await expect(allowed.ses.send(other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

it('refuses what is no address, as SES does', async () => {
  services = await startLocalServices();

  await expect(services.administrator.ses.send(mail('dana'))).rejects.toMatchObject({ name: 'BadRequestException' });
});

it('keeps what was mailed from one start to the next', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-'));
  const first = openMailbox(join(folder, 'mail.db'));
  first.add({ id: '1', sender: 'a@example.com', recipient: 'b@example.com', subject: 's', text: 't', html: '', at: 1 });
  first.close();

  const second = openMailbox(join(folder, 'mail.db'));

  expect(second.list({ search: 'B@EXAMPLE', limit: 10 })).toMatchObject([{ recipient: 'b@example.com', at: 1 }]);
  second.close();
  rmSync(folder, { recursive: true });
});
