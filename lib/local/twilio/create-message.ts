import type { AccountStore } from './account-store.ts';
import { ApiError } from './api-error.ts';
import { type Magic, magicOfRecipient, magicOfSender } from './magic-numbers.ts';
import { newMessageSid, segmentsOf } from './message.ts';
import type { NewMessage } from './message-store.ts';

/** How an address on WhatsApp begins; the other end must be there too. */
const whatsApp = 'whatsapp:';

/** Reads a create request into a message that can be accepted. Throws the ApiError that Twilio would refuse it with. */
export function readCreateRequest(form: URLSearchParams, accountSid: string, accounts: AccountStore, now: number) {
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  const isWhatsApp = to.startsWith(whatsApp);
  const serviceSid = form.get('MessagingServiceSid') || null;
  const body = form.get('Body') ?? '';
  const mediaUrls = form.getAll('MediaUrl');
  const statusCallback = form.get('StatusCallback') || null;
  if (to === '') throw new ApiError(21604);
  if (from === '' && serviceSid === null) throw new ApiError(21603);
  if (body === '' && mediaUrls.length === 0 && !form.get('ContentSid')) throw new ApiError(21619);
  if (body.length > 1600) throw new ApiError(21617);
  if (mediaUrls.length > 10) throw new ApiError(21623);
  if (serviceSid !== null && !/^MG[0-9a-fA-F]{32}$/.test(serviceSid)) throw new ApiError(20404, serviceSid);
  if (statusCallback !== null && !isWebUrl(statusCallback)) throw new ApiError(21609, statusCallback);
  readValidity(form.get('ValidityPeriod'));
  const sendAt = readSendAt(form, serviceSid, now);
  if (from !== '' && isWhatsApp !== from.startsWith(whatsApp)) throw new ApiError(21910);
  const [person, number] = [to, from].map((address) => address.replace(whatsApp, ''));
  if (person === undefined || number === undefined) throw new ApiError(21604);
  refuse(number === '' ? { title: '' } : magicOfSender(number), from);
  if (number !== '' && !isSender(number)) throw new ApiError(21212, from);
  const magic = magicOfRecipient(person);
  if (!isPhoneNumber(person)) throw new ApiError(21211, to);
  if (to === from) throw new ApiError(21266, to);
  const blocked = accounts.isBlocked(serviceSid ?? from, to);
  // A Messaging Service accepts and fails later; a plain number refuses at once.
  if (blocked && serviceSid === null) throw new ApiError(21610, to);
  const outcome = blocked ? ({ status: 'failed', errorCode: 21610 } as const) : magic.outcome;
  const message: NewMessage = {
    sid: newMessageSid(mediaUrls.length),
    accountSid,
    direction: 'outbound-api',
    origin: 'api',
    sender: from === '' ? null : from,
    recipient: to,
    person,
    body,
    segments: segmentsOf(body),
    media: mediaUrls.length,
    serviceSid,
    statusCallback,
    status: sendAt !== null ? 'scheduled' : serviceSid !== null ? 'accepted' : 'queued',
    errorCode: null,
    outcome: outcome?.status ?? 'delivered',
    outcomeError: outcome?.errorCode ?? null,
    callbacks: magic.callbacks ?? null,
    createdAt: now,
    updatedAt: now,
    sentAt: null,
    dueAt: sendAt,
  };
  return { message, magic };
}

/** Throws when a number of the tables refuses; `times` is the caller's to count. */
export function refuse(magic: Magic, number: string): void {
  if (magic.refuse !== undefined) throw new ApiError(magic.refuse, number);
}

/** Form only, as the provider does: whether the number is in service shows on delivery. */
export function isPhoneNumber(text: string): boolean {
  return /^\+1[2-9]\d{2}[2-9]\d{6}$|^\+[2-9]\d{6,14}$/.test(text) || /^\+1500555\d{4}$/.test(text);
}

function isSender(text: string): boolean {
  return isPhoneNumber(text) || /^\d{3,6}$/.test(text);
}

function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function readValidity(text: string | null): void {
  if (text === null || text === '') return;
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 36_000) throw new ApiError(21624, text);
}

/** When a scheduled message is to go, null for one that goes at once. */
function readSendAt(form: URLSearchParams, serviceSid: string | null, now: number): number | null {
  const sendAt = form.get('SendAt') ?? '';
  if (form.get('ScheduleType') !== 'fixed') return null;
  if (serviceSid === null) throw new ApiError(35118);
  const time = Date.parse(sendAt);
  if (!(time >= now + 300_000 && time <= now + 35 * 86_400_000)) throw new ApiError(35114, sendAt);
  return time;
}
