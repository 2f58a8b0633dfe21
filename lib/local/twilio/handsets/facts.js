import { byId, element, phoneText, timeText } from './elements.js';

/** A message's status as people read it. */
export const statusTexts = {
  scheduled: 'Scheduled',
  accepted: 'Accepted',
  queued: 'Queued',
  sending: 'Sending…',
  sent: '✓ Sent',
  delivered: '✓✓ Delivered',
  undelivered: 'Not delivered',
  failed: 'Failed',
  canceled: 'Canceled',
  received: 'Received',
};

const steps = ['queued', 'sending', 'sent', 'delivered'];

/** Shows how a message travelled; undefined empties the panel. */
export function showFacts(message) {
  byId('facts-hint').hidden = message !== undefined;
  byId('journey').replaceChildren(...(message ? journey(message) : []));
  const segments = message?.segments === 1 ? '1 segment' : `${message?.segments} segments`;
  const rows = message
    ? [
        ['From', phoneText(message.from)],
        ['To', phoneText(message.to)],
        ['Length', `${message.body.length} characters, ${segments}`],
        ['Created', new Date(message.createdAt).toLocaleString()],
        ['Last change', new Date(message.updatedAt).toLocaleString()],
        ['SID', message.sid],
      ]
    : [];
  const facts = rows.map(([name, value]) =>
    element('div', {}, element('dt', {}, name), element('dd', { className: name === 'SID' ? 'code' : '' }, value)),
  );
  byId('facts').replaceChildren(...facts);
  const failures = (message?.webhookFailures ?? []).map((failure) =>
    element('li', {}, `${failure.event}, ${timeText(failure.at)}: ${failure.detail}`),
  );
  byId('facts-failures').replaceChildren(...failures);
}

/** The steps of delivery, as far as the message came; one that failed ends in its error. */
function journey(message) {
  if (message.direction === 'inbound') {
    const refused = message.webhookFailures.some((failure) => failure.event === 'inbound');
    const told = refused ? ['bad done', 'Webhook did not take it'] : ['done', 'Received by the provider'];
    return [
      element('li', { className: 'done' }, 'Written by the owner'),
      element('li', { className: told[0] }, told[1]),
    ];
  }
  const reached = steps.indexOf(message.status);
  const failed = reached < 0 && message.errorCode !== null;
  if (failed) {
    const before = message.status === 'failed' ? ['queued'] : ['queued', 'sending', 'sent'];
    const end = `${statusTexts[message.status]}: ${message.errorCode} ${message.error}`;
    return [...before.map((step) => stepNode(step, 'done')), element('li', { className: 'bad done' }, end)];
  }
  if (reached < 0) return [element('li', { className: 'done' }, statusTexts[message.status])];
  return steps.map((step, index) => {
    const done = index <= reached ? 'done' : '';
    return stepNode(step, step === 'delivered' && done ? 'good done' : done);
  });
}

function stepNode(step, className) {
  return element('li', { className }, statusTexts[step].replace(/[✓…]+ ?/, ''));
}
