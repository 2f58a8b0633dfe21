import { SegmentedMessage } from 'sms-segments-calculator';
import type { Campaign } from './campaign.ts';
import type { StoredCampaign } from './campaign-store.ts';
import { sumCounts, type Tally } from './counts.ts';
import { parseTemplate, renderTemplate } from './merge-fields.ts';
import type { Target } from './target.ts';
import type { StoredTarget } from './target-store.ts';

/** A campaign as the API answers it. */
export const presentCampaign = (stored: StoredCampaign, tallies: readonly Tally[]): Campaign => {
  const text = new SegmentedMessage(renderTemplate(parseTemplate(stored.body), {}));
  return {
    ...stored,
    segments: { encoding: text.encodingName === 'GSM-7' ? 'GSM-7' : 'UCS-2', count: text.segmentsCount },
    counts: sumCounts(tallies),
  };
};

export const presentTarget = (target: StoredTarget): Target => ({
  contactId: target.contactId,
  phone: target.phone,
  status: target.status,
  reason: target.reason ?? null,
  detail: target.detail ?? null,
  messageId: target.messageId ?? null,
  errorCode: target.errorCode ?? null,
  segments: target.segments ?? null,
  decidedAt: target.decidedAt ?? null,
  updatedAt: target.updatedAt,
});
