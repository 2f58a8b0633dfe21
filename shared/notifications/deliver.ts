import { log } from '../platform/log.ts';
import type { Mailer } from '../platform/mail.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { SendOutcome, SmsProvider } from '../platform/sms/sms-provider.ts';
import type { Notification } from './jobs.ts';
import { codeText, htmlOf, mailOf } from './texts.ts';

export interface DeliveryServices {
  mailer: Mailer;
  /** How an organization is called in messages. */
  brandOf(organizationId: OrganizationId): Promise<string>;
  /** The organization's own provider and the number it sends from, or undefined where none is set. */
  phoneService(organizationId: OrganizationId): Promise<{ provider: SmsProvider; sender: string } | undefined>;
  /** Whether the person at this phone (E.164) opted out of what the organization sends. */
  hasOptedOut(organizationId: OrganizationId, phone: string): Promise<boolean>;
}

type Code = Extract<Notification, { kind: 'code' }>;

/**
 * Says to one person what there is to say. It may arrive twice when a delivery is repeated; what can't be delivered at
 * all is logged, without address and code, and given up.
 * @throws Error when a later try may succeed
 */
export const deliver = async (services: DeliveryServices, notification: Notification): Promise<void> => {
  if (notification.kind === 'nothing') return;
  const { organizationId, kind } = notification;
  const brand = await services.brandOf(organizationId);
  const outcome =
    kind === 'code' && notification.channel !== 'email'
      ? await sendCode(services, notification, brand)
      : await sendMail(services.mailer, notification, brand);
  if (outcome !== 'sent') log.warn('notification not delivered', { organizationId, kind, outcome });
};

const sendMail = (mailer: Mailer, notification: Exclude<Notification, { kind: 'nothing' }>, brand: string) => {
  const { subject, text } = mailOf(notification, brand);
  return mailer.send({ to: notification.to, subject, text, html: htmlOf(text) });
};

const sendCode = async (services: DeliveryServices, code: Code & { organizationId: OrganizationId }, brand: string) => {
  const { organizationId, to, channel, minutes } = code;
  // A STOP comes before everything, the person's own sign-in included.
  if (channel === 'sms' && (await services.hasOptedOut(organizationId, to))) return 'opted out';
  const phones = await services.phoneService(organizationId);
  if (!phones) return 'no provider';
  const at = (phone: string) => (channel === 'whatsapp' ? `whatsapp:${phone}` : phone);
  const outcome = await phones.provider.send({
    to: at(to),
    from: at(phones.sender),
    body: codeText(code, brand),
    validitySeconds: minutes * 60,
  });
  return said(outcome);
};

/** Only a provider that was too busy is asked again: what is unclear may have arrived. */
const said = (outcome: SendOutcome) => {
  if (outcome.kind === 'busy') throw new Error('The SMS provider is too busy');
  return outcome.kind === 'accepted' ? 'sent' : outcome.kind;
};
