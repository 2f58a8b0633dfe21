import type { OptOut } from '../messages/opt-out.ts';
import { longestBody } from './campaign.ts';
import { renderTemplate, type Template } from './merge-fields.ts';
import type { BlockReason } from './target.ts';
import type { StoredTarget } from './target-store.ts';

/** What is known of a batch's recipients at the moment before sending. */
export interface Circumstances {
  template: Template;
  optOuts: ReadonlyMap<string, OptOut>;
  dnc: ReadonlyMap<string, { listName: string }>;
}

/** Send this, or the reason why not and what it rests on. */
export type Decision =
  | { kind: 'send'; phone: string; body: string }
  | { kind: 'block'; reason: BlockReason; detail?: string };

/** Decides about one recipient. A person's own wish comes before every list. */
export const decide = (
  target: Pick<StoredTarget, 'phone' | 'merge'>,
  { template, optOuts, dnc }: Circumstances,
): Decision => {
  const { phone, merge } = target;
  if (phone === null) return { kind: 'block', reason: 'no_phone' };
  const optOut = optOuts.get(phone);
  if (optOut) return { kind: 'block', reason: 'opted_out', detail: detailOf(optOut) };
  const match = dnc.get(phone);
  if (match) return { kind: 'block', reason: 'dnc', detail: match.listName };
  const body = renderTemplate(template, merge);
  if (body.trim() === '') return { kind: 'block', reason: 'empty_message' };
  if (body.length > longestBody) return { kind: 'block', reason: 'message_too_long' };
  return { kind: 'send', phone, body };
};

/** What an opt-out rests on, in one line. */
export const detailOf = ({ by, at }: OptOut) => `opted out ${at} (${toldBy[by]})`;

const toldBy = { contact: 'by text', provider: 'known to the provider', organization: 'recorded by the organization' };
