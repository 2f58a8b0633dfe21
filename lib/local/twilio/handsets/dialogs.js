import { byId, element, getJson, postJson } from './elements.js';

const rates = {
  rateLimitedRate: 'Too many requests (429)',
  serverErrorRate: 'Server error (500), nothing accepted',
  timeoutAfterAcceptanceRate: 'Accepted, no answer',
  doubledCallbackRate: 'Callback twice',
  delayedCallbackRate: 'Callback late',
  reorderedCallbackRate: 'Callbacks out of order',
  lostCallbackRate: 'Callback lost',
};
const numbers = {
  callbackDelayMs: 'How late, in milliseconds',
  listLagMs: 'Lists lag behind, in milliseconds',
  requestsPerSecond: 'Requests a second (empty: no limit)',
  seed: 'Seed',
};

/** The two dialogs: test numbers, and faults that can be set. */
export function createDialogs() {
  byId('open-numbers').addEventListener('click', showNumbers);
  byId('open-faults').addEventListener('click', async () => {
    drawFaults(await getJson('/simulator/faults'));
    byId('block-stops').checked = (await getJson('/simulator/settings')).blockStops;
    byId('faults').showModal();
  });
  byId('reset-faults').addEventListener('click', async () => {
    drawFaults(await getJson('/simulator/faults', { method: 'DELETE' }));
    tell('All faults are over.');
  });
  byId('block-stops').addEventListener('change', async (event) => {
    const { blockStops } = await postJson('/simulator/settings', { blockStops: event.target.checked });
    tell(blockStops ? 'The provider handles keywords.' : 'Keywords are left to the product.');
  });
  getJson('/simulator/faults').then(markOn);
}

function drawFaults(settings) {
  const sliders = Object.entries(rates).map(([name, label]) => {
    const percent = Math.round(settings[name] * 100);
    const output = element('output', { className: percent === 0 ? 'zero' : '' }, `${percent} %`);
    const slider = element('input', { type: 'range', min: 0, max: 100, value: percent });
    slider.addEventListener('input', () => {
      output.textContent = `${slider.value} %`;
      output.className = slider.value === '0' ? 'zero' : '';
    });
    slider.addEventListener('change', () => change({ [name]: Number(slider.value) / 100 }));
    return element('label', {}, label, slider, output);
  });
  const fields = Object.entries(numbers).map(([name, label]) => {
    const field = element('input', { type: 'number', min: 0, step: 1, value: settings[name] ?? '' });
    field.addEventListener('change', () => change({ [name]: field.value === '' ? null : Number(field.value) }));
    return element('label', {}, label, field);
  });
  byId('fault-fields').replaceChildren(...sliders, ...fields);
  markOn(settings);
}

async function change(changes) {
  try {
    markOn(await postJson('/simulator/faults', changes));
    tell('Saved.');
  } catch (error) {
    tell(error.message, true);
  }
}

function markOn(settings) {
  const on = Object.keys(rates).some((name) => settings[name] > 0) || settings.requestsPerSecond !== null;
  byId('faults-on').hidden = !on;
}

function tell(text, bad = false) {
  byId('faults-notice').textContent = text;
  byId('faults-notice').className = bad ? 'notice bad' : 'notice';
}

async function showNumbers() {
  const { endings, recipients, senders } = await getJson('/handsets/test-numbers');
  byId('number-rows').replaceChildren(
    ...group('Any area code, fictional exchange 555', endings, (key) => `+1 XXX 555 ${key}`),
    ...group("Twilio's own, as recipient", recipients, (key) => key),
    ...group("Twilio's own, as sender", senders, (key) => key),
  );
  byId('numbers').showModal();
}

function group(title, entries, format) {
  const heading = element('tr', {}, element('th', { className: 'group', colspan: 3, scope: 'colgroup' }, title));
  const rows = Object.entries(entries)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([key, magic]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, element('code', {}, format(key))),
        element('td', {}, magic.title),
        element('td', { className: 'result' }, resultText(magic)),
      ),
    );
  return [heading, ...rows];
}

function resultText(magic) {
  if (magic.refuse) return `refused, ${magic.refuse}`;
  if (magic.outcome) return [magic.outcome.status, magic.outcome.errorCode].filter(Boolean).join(', ');
  return magic.badGateway ? 'refused, HTTP 502' : 'delivered';
}
