import * as z from 'zod';
import { auditWrites, systemActor } from '../audit-logs/audit.ts';
import type { Clock } from '../platform/clock.ts';
import type { Ids } from '../platform/id.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import type { Webhook } from '../platform/triggers/webhook-handler.ts';
import { gateStore } from './gate-store.ts';
import { inboundStore } from './inbound-store.ts';
import { replyTo, twiml } from './keyword-replies.ts';
import { isProvidersKeyword, type Keyword, keywordOf } from './keywords.ts';
import type { InboundMessage } from './message.ts';
import type { OptOut } from './opt-out.ts';
import { notSigned, type ProviderAccount, type ProviderAccounts, requireSignature } from './provider-account.ts';

export interface InboundServices {
  table: Table;
  clock: Clock;
  ids: Ids;
  /** The organization that sends from this number, and so owns what is sent to it. */
  organizationOf(sender: string): Promise<OrganizationId | undefined>;
  accounts: ProviderAccounts;
  /** The name that confirmations carry. */
  nameOf(organizationId: OrganizationId): Promise<string>;
}

const Form = z.object({
  MessageSid: z.string().min(1).max(64),
  From: z.string().min(1).max(64),
  To: z.string().min(1).max(64),
  Body: z.string().max(10_000).default(''),
  OptOutType: z.string().optional(),
});
type Form = z.infer<typeof Form>;

/**
 * Takes a person's text: kept once, whatever it says; an opt-out stands before the provider is answered. A webhook
 * that comes again changes nothing and gets the first answer.
 * @throws AppError INVALID_SIGNATURE
 */
export const receiveInbound = async (services: InboundServices, webhook: Webhook): Promise<{ xml: string }> => {
  const form = Form.safeParse(webhook.params);
  const organizationId = form.success ? await services.organizationOf(form.data.To) : undefined;
  if (!form.success || !organizationId) throw notSigned();
  const account = await requireSignature(services.accounts, organizationId, webhook);
  const kept = await inboundStore(services.table, organizationId).get(form.data.From, form.data.MessageSid);
  const { reply } = kept ?? (await keep(services, organizationId, account, form.data));
  return { xml: twiml(reply) };
};

const keep = async (
  { table, clock, ids, nameOf }: InboundServices,
  organizationId: OrganizationId,
  account: ProviderAccount,
  form: Form,
): Promise<InboundMessage> => {
  const gates = gateStore(table, organizationId);
  const inbound = inboundStore(table, organizationId);
  const keyword = keywordOf(form.Body) ?? toldByProvider(form.OptOutType);
  const optOut = keyword && (await gates.optOuts([form.From])).get(form.From);
  const name = keyword ? await nameOf(organizationId) : '';
  const message = readInbound(form, keyword, optOut, { account, name, now: clock() });
  const effects = effectsOf(gates, message);
  const note = {
    action: message.keyword === 'stop' ? 'opted_out' : 'opted_in',
    resource: 'phone',
    resourceId: message.from,
    details: { messageId: message.messageId, matchedBy: message.matchedBy },
  };
  const audit = effects.length === 0 ? [] : auditWrites({ clock, ids }, systemActor(organizationId, 'webhook'), note);
  if (await inbound.keep(message, [...effects, ...audit])) return message;
  // The same webhook came twice at once; the other one decided.
  return (await inbound.get(form.From, form.MessageSid)) ?? message;
};

/** The provider may match words that an organization chose there, which we don't know. */
const toldByProvider = (optOutType: string | undefined): Keyword | undefined => {
  if (optOutType === 'STOP') return { kind: 'stop', matchedBy: 'keyword' };
  if (optOutType === 'START') return { kind: 'start' };
  return optOutType === 'HELP' ? { kind: 'help' } : undefined;
};

const readInbound = (
  { MessageSid, From, To, Body, OptOutType }: Form,
  keyword: Keyword | undefined,
  optOut: OptOut | undefined,
  { account, name, now }: { account: ProviderAccount; name: string; now: Date },
): InboundMessage => {
  const answeredByProvider =
    OptOutType !== undefined || (account.keywordReplies === 'provider' && isProvidersKeyword(Body));
  // One confirmation and no more: who has opted out already, or is subscribed already, hears nothing.
  const changes = keyword?.kind === 'help' || (keyword?.kind === 'stop') === (optOut === undefined);
  return {
    messageId: MessageSid,
    from: From,
    to: To,
    body: Body,
    receivedAt: now.toISOString(),
    keyword: keyword?.kind ?? null,
    matchedBy: keyword?.kind === 'stop' ? keyword.matchedBy : null,
    answeredByProvider,
    reply: keyword && changes && !answeredByProvider ? replyTo(keyword.kind, name) : null,
    needsReview: keyword?.kind === 'stop' && keyword.matchedBy === 'ambiguous',
  };
};

const effectsOf = (gates: ReturnType<typeof gateStore>, message: InboundMessage): Write[] => {
  const { keyword, from, matchedBy, messageId, receivedAt: at } = message;
  if (keyword === 'stop')
    return [gates.shutWrite(from, { by: 'contact', matchedBy: matchedBy ?? 'keyword', messageId, at })];
  // Whatever is on record, the person's own text is the later word.
  return keyword === 'start' ? [gates.openWrite(from, at)] : [];
};
