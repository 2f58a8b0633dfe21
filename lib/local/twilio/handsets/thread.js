import { byId, dayText, element, getJson, paintAvatar, phoneText, postJson, timeText } from './elements.js';
import { showFacts, statusTexts } from './facts.js';

const authors = { keyword: 'Automatic answer', twiml: 'Webhook’s answer' };

/** The open phone: its messages, and replies as its owner. */
export function createThread(chosen) {
  const thread = byId('thread');
  /** What is on the page, by SID, so that a refresh only adds and changes: a reader hears each message once. */
  const shown = new Map();
  let number = '';
  let selected = null;
  let limit = 100;

  async function open() {
    const changed = chosen() !== number;
    number = chosen();
    byId('columns').classList.toggle('chosen', number !== '');
    byId('controls').disabled = number === '';
    if (changed) {
      shown.clear();
      selected = null;
      limit = 100;
      thread.replaceChildren();
      notice('');
    }
    if (number === '') return showNothing();
    byId('thread-heading').textContent = phoneText(number);
    paintAvatar(byId('thread-avatar'), number);
    await refresh(changed);
    return undefined;
  }

  async function refresh(opened = false) {
    if (number === '') return;
    const asked = number;
    const page = await getJson(`/handsets/phones/${encodeURIComponent(number)}/messages?limit=${limit}`);
    if (asked !== number) return;
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const blocked = page.blockedSenders.map((scope) => (scope.startsWith('+') ? phoneText(scope) : scope)).join(', ');
    const subtitle = byId('thread-sub');
    subtitle.textContent = blocked ? `Opted out of ${blocked}` : `${number} · the owner is you`;
    subtitle.className = blocked ? 'blocked' : '';
    draw(page, opened);
    if (opened || atEnd) thread.scrollTop = thread.scrollHeight;
    showFacts(page.messages.find((message) => message.sid === selected) ?? page.messages.at(-1));
  }

  function draw(page, opened) {
    if (page.messages.length === 0) {
      thread.replaceChildren(empty('No messages', 'This phone has neither got nor sent any.'));
      return;
    }
    const nodes = [];
    if (page.earlier !== null) nodes.push(earlierButton());
    let day = '';
    for (const message of page.messages) {
      const own = dayText(message.createdAt);
      if (own !== day) nodes.push(dayNode(own));
      day = own;
      nodes.push(messageNode(message, opened));
    }
    // Nodes that stay in place are not touched: moving one would announce it again.
    let place = thread.firstChild;
    for (const node of nodes) {
      if (node === place) place = place.nextSibling;
      else thread.insertBefore(node, place);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
  }

  function dayNode(text) {
    const known = shown.get(text) ?? element('p', { className: 'day' }, text);
    shown.set(text, known);
    return known;
  }

  function earlierButton() {
    const button = () =>
      element('button', { type: 'button', className: 'quiet earlier', onclick: showEarlier }, 'Earlier messages');
    const known = shown.get('earlier') ?? button();
    shown.set('earlier', known);
    return known;
  }

  function showEarlier() {
    limit = Math.min(1000, limit + 200);
    void refresh();
  }

  function messageNode(message, opened) {
    const node = shown.get(message.sid) ?? element('div', {});
    const fresh = !shown.has(message.sid) && !opened;
    const face = JSON.stringify([message, selected === message.sid]);
    shown.set(message.sid, node);
    if (node.dataset.face === face) return node;
    node.dataset.face = face;
    const own = message.direction === 'inbound';
    const lost = message.status === 'undelivered' || message.status === 'failed' || message.status === 'canceled';
    node.className = `message${own ? ' own' : ''}${lost ? ' lost' : ''}${fresh ? ' fresh' : ''}`;
    const choose = () => {
      selected = message.sid;
      void refresh();
    };
    const pressed = selected === message.sid;
    // A changed status replaces the line below, not the bubble, which may have the focus.
    const bubble =
      node.querySelector('.bubble') ?? element('button', { type: 'button', className: 'bubble', onclick: choose });
    bubble.setAttribute('aria-pressed', String(pressed));
    bubble.textContent = message.body === '' ? 'Empty message' : message.body;
    node.replaceChildren(bubble, meta(message, own), ...failureNotes(message));
    return node;
  }

  async function reply(body) {
    if (number === '' || body.trim() === '') return;
    byId('controls').disabled = true;
    try {
      const answer = await postJson(`/handsets/phones/${encodeURIComponent(number)}/replies`, { body });
      byId('reply').value = '';
      if (answer.webhook === null) notice('Kept here: no inbound webhook is set.');
      else notice(`The ${answer.webhook.detail}`, !answer.webhook.ok);
    } catch (error) {
      notice(error.message, true);
    }
    byId('controls').disabled = false;
    byId('reply').focus();
    await refresh();
    thread.scrollTop = thread.scrollHeight;
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    void reply(byId('reply').value);
  });
  byId('reply').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void reply(byId('reply').value);
  });
  for (const chip of document.querySelectorAll('[data-reply]'))
    chip.addEventListener('click', () => void reply(chip.dataset.reply));
  return { open, refresh };
}

function meta(message, own) {
  const bad = message.status === 'undelivered' || message.status === 'failed';
  const parts = [element('time', { datetime: message.createdAt }, timeText(message.createdAt))];
  if (!own) {
    const code = message.errorCode === null ? '' : ` · ${message.errorCode} ${message.error}`;
    const className = bad ? 'bad' : message.status === 'delivered' ? 'good' : '';
    parts.push(' · ', element('span', { className }, `${statusTexts[message.status]}${code}`));
  }
  if (authors[message.origin]) parts.unshift(element('span', { className: 'by' }, authors[message.origin]), ' · ');
  return element('p', { className: 'meta' }, ...parts);
}

function failureNotes(message) {
  const inbound = message.webhookFailures.filter((failure) => failure.event === 'inbound');
  const statuses = message.webhookFailures.filter((failure) => failure.event !== 'inbound');
  const lines = inbound.map((failure) => failure.detail);
  if (statuses.length > 0) lines.push(`Status ${statuses.at(-1).event}: ${statuses.at(-1).detail}`);
  return lines.map((line) => element('p', { className: 'webhook' }, line));
}

function showNothing() {
  byId('thread-heading').textContent = 'No phone chosen';
  byId('thread-sub').textContent = '';
  byId('thread-avatar').textContent = '';
  byId('thread').replaceChildren(empty('Pick a phone', 'Read what it got, then answer as its owner.'));
  showFacts(undefined);
}

function empty(title, text) {
  return element('div', { className: 'empty' }, element('strong', {}, title), element('span', {}, text));
}

function notice(text, bad = false) {
  byId('notice').textContent = text;
  byId('notice').className = bad ? 'notice bad' : 'notice';
}
