import { byId, dayText, element, getJson, paintAvatar, phoneText, timeText } from './elements.js';

const pageSize = 50;

/** The list of phones, newest first. `chosen()` names the one that is open. */
export function createPhoneList(chosen) {
  const list = byId('phones');
  const more = byId('more');
  let shown = pageSize;
  let asked = 0;

  async function refresh() {
    const search = byId('search').value.trim();
    const request = (asked += 1);
    const page = await getJson(`/handsets/phones?limit=${shown}&search=${encodeURIComponent(search)}`);
    // An answer that was overtaken by a newer question is not shown.
    if (request !== asked) return page;
    const focused = document.activeElement?.closest('#phones a')?.getAttribute('href');
    list.replaceChildren(...page.phones.map(item));
    if (focused) list.querySelector(`a[href="${CSS.escape(focused).replaceAll('\\', '\\\\')}"]`)?.focus();
    markChosen();
    more.hidden = page.next === null || shown >= 500;
    byId('phones-empty').hidden = page.phones.length > 0;
    byId('phones-empty').textContent = search
      ? 'No phone matches.'
      : 'No phone has got a message yet. Start a campaign, and they ring here.';
    showTotals(page.totals);
    return page;
  }

  function markChosen() {
    for (const link of list.querySelectorAll('a')) {
      if (link.getAttribute('href') === `#${chosen()}`) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }

  more.addEventListener('click', () => {
    shown = Math.min(500, shown + 100);
    void refresh();
  });
  byId('search').addEventListener('input', () => {
    shown = pageSize;
    void refresh();
  });
  return { refresh, markChosen };
}

function item(phone) {
  const { last } = phone;
  const today = dayText(last.createdAt) === 'Today';
  return element(
    'li',
    {},
    element(
      'a',
      { href: `#${phone.number}` },
      paintAvatar(element('span', { className: 'avatar', 'aria-hidden': 'true' }), phone.number),
      element('span', { className: 'number' }, phoneText(phone.number)),
      element('time', { datetime: last.createdAt }, today ? timeText(last.createdAt) : dayText(last.createdAt)),
      element('span', { className: 'snippet' }, `${last.direction === 'inbound' ? 'Replied: ' : ''}${last.body}`),
      state(phone),
    ),
  );
}

function state(phone) {
  if (phone.blocked) return element('span', { className: 'mark-state blocked' }, 'Opted out');
  const bad = phone.last.status === 'undelivered' || phone.last.status === 'failed';
  return bad ? element('span', { className: 'mark-state bad' }, 'Not delivered') : null;
}

function showTotals({ phones, messages, byStatus }) {
  const bad = (byStatus.undelivered ?? 0) + (byStatus.failed ?? 0);
  const rows = [
    ['phones', phones, ''],
    ['messages', messages, ''],
    ['delivered', byStatus.delivered ?? 0, 'good'],
    ['not delivered', bad, bad > 0 ? 'bad' : ''],
    ['replies', byStatus.received ?? 0, ''],
  ];
  const totals = rows.map(([name, count, className]) =>
    element('div', { className }, element('dt', {}, name), element('dd', {}, count.toLocaleString())),
  );
  byId('totals').replaceChildren(...totals);
}
