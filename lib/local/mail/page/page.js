const byId = (id) => document.getElementById(id);
const [search, mails, more, empty, live] = ['search', 'mails', 'more', 'empty', 'live'].map(byId);
let next = null;

const element = (name, text, properties = {}) =>
  Object.assign(document.createElement(name), { textContent: text, ...properties });

/** A text in which addresses can be followed. */
const linked = (text) => {
  const block = document.createElement('pre');
  for (const part of text.split(/(https?:\/\/\S+)/)) {
    const isLink = /^https?:/.test(part);
    block.append(isLink ? element('a', part, { href: part, rel: 'noreferrer' }) : part);
  }
  return block;
};

/** Markup of a mail shows in a frame that may run nothing and fetch nothing. */
const markup = (html) => {
  const details = document.createElement('details');
  details.append(element('summary', 'As HTML'));
  details.addEventListener('toggle', () => {
    if (!details.open || details.querySelector('iframe')) return;
    const frame = element('iframe', '', { title: 'The mail as HTML', srcdoc: html });
    frame.setAttribute('sandbox', '');
    details.append(frame);
  });
  return details;
};

const card = (mail) => {
  const item = document.createElement('li');
  const when = new Date(mail.receivedAt).toLocaleString();
  item.append(
    element('h2', mail.subject),
    element('p', `To ${mail.recipient}, from ${mail.sender}, ${when}`, { className: 'meta' }),
    linked(mail.text),
  );
  if (mail.html !== '') item.append(markup(mail.html));
  return item;
};

const load = async ({ older = false } = {}) => {
  const query = new URLSearchParams({ to: search.value.trim(), limit: '30' });
  if (older && next !== null) query.set('before', String(next));
  const answer = await (await fetch(`/mailbox/messages?${query}`)).json();
  next = answer.next;
  const cards = answer.messages.map(card);
  if (older) mails.append(...cards);
  else mails.replaceChildren(...cards);
  more.hidden = next === null;
  empty.hidden = mails.children.length > 0;
};

search.addEventListener('input', () => void load());
more.addEventListener('click', () => void load({ older: true }));
const events = new EventSource('/mailbox/events');
events.addEventListener('open', () => {
  live.textContent = 'Live';
  void load();
});
events.addEventListener('error', () => {
  live.textContent = 'Not connected';
});
events.addEventListener('mail', () => void load());
