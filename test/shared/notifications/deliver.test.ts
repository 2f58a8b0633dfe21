import { expect, test } from 'vitest';
import { type DeliveryServices, deliver } from '../../../shared/notifications/deliver.ts';
import { Notification } from '../../../shared/notifications/jobs.ts';
import { htmlOf } from '../../../shared/notifications/texts.ts';
import type { OutgoingMail } from '../../../shared/platform/mail.ts';
import type { OutgoingMessage, SendOutcome } from '../../../shared/platform/sms/sms-provider.ts';
import { anOrganization } from '../../support/local-table.ts';

const organizationId = anOrganization();
const code = { organizationId, kind: 'code' as const, code: '123456', purpose: 'sign_in' as const, minutes: 10 };
const byPhone = { ...code, channel: 'sms' as const, to: '+12025550143' };

const aDelivery = (over: Partial<DeliveryServices> & { outcome?: SendOutcome } = {}) => {
  const mails: OutgoingMail[] = [];
  const texts: OutgoingMessage[] = [];
  const services: DeliveryServices = {
    mailer: {
      send: async (mail) => {
        mails.push(mail);
        return 'sent';
      },
    },
    brandOf: async () => 'Harbor Clinic',
    hasOptedOut: async () => false,
    phoneService: async () => ({
      sender: '+12025550100',
      provider: {
        send: async (message) => {
          texts.push(message);
          return over.outcome ?? { kind: 'accepted', messageId: 'SM1', segments: 1 };
        },
        sentTo: async () => [],
      },
    }),
    ...over,
  };
  return { mails, texts, deliver: (notification: Notification) => deliver(services, Notification.parse(notification)) };
};

test('a code comes by mail, by text or by WhatsApp, and says whose it is and what it is for', async () => {
  const { mails, texts, deliver: say } = aDelivery();

  await say({ ...code, channel: 'email', to: 'dana@example.com' });
  await say(byPhone);
  await say({ ...byPhone, channel: 'whatsapp' });

  expect(mails).toMatchObject([{ to: 'dana@example.com', subject: '123456 is your Harbor Clinic code' }]);
  expect(texts).toMatchObject([
    { to: '+12025550143', from: '+12025550100', validitySeconds: 600 },
    { to: 'whatsapp:+12025550143', from: 'whatsapp:+12025550100' },
  ]);
  expect(texts[0]?.body).toBe(
    'Harbor Clinic: 123456 is your code to sign in. It works for 10 minutes. Give it to nobody.',
  );
});

test('a STOP comes before everything: no code is texted to whoever opted out', async () => {
  const { texts, deliver: say } = aDelivery({ hasOptedOut: async () => true });

  await say(byPhone);

  expect(texts).toEqual([]);
});

test('a provider that is too busy is asked again; what is unclear is not sent twice', async () => {
  await expect(aDelivery({ outcome: { kind: 'busy', code: 20429 } }).deliver(byPhone)).rejects.toThrow('too busy');
  await expect(
    aDelivery({ outcome: { kind: 'unclear', reason: 'answered 500' } }).deliver(byPhone),
  ).resolves.toBeUndefined();
});

test('nothing is said to nobody, and a missing provider loses nothing else', async () => {
  const { mails, texts, deliver: say } = aDelivery({ phoneService: async () => undefined });

  await say({ organizationId, kind: 'nothing' });
  await say(byPhone);

  expect([mails, texts]).toEqual([[], []]);
});

test('what people wrote is text in a mail, never markup', () => {
  expect(htmlOf('<b>Ada</b> & "co"\n\nhttps://example.com/join#a_b')).toBe(
    '<!doctype html><html lang="en"><body><p>&lt;b&gt;Ada&lt;/b&gt; &amp; &quot;co&quot;</p>' +
      '<p><a href="https://example.com/join#a_b">https://example.com/join#a_b</a></p></body></html>',
  );
});
