import { createDialogs } from './dialogs.js';
import { byId, throttle } from './elements.js';
import { createPhoneList } from './phone-list.js';
import { createThread } from './thread.js';

/** The phone in the address: `#+12025550101`. */
const chosen = () => decodeURIComponent(location.hash.slice(1)).replace(/^(?!\+).*$/, '');

const phones = createPhoneList(chosen);
const thread = createThread(chosen);
// Once a second is live enough for a list; a campaign changes it hundreds of times a second.
const refreshPhones = throttle(() => phones.refresh().catch(() => undefined), 1000);
const refreshThread = throttle(() => thread.refresh().catch(() => undefined), 250);

function live(on, text) {
  byId('live').classList.toggle('on', on);
  byId('live-text').textContent = text;
}

addEventListener('hashchange', () => {
  phones.markChosen();
  thread.open();
});

createDialogs();
const first = await phones.refresh();
const wide = matchMedia('(min-width: 721px)').matches;
// Nobody should have to click to see the first message; on a narrow screen the list comes first.
if (chosen() === '' && wide && first.phones[0]) history.replaceState(null, '', `#${first.phones[0].number}`);
phones.markChosen();
await thread.open();

const events = new EventSource('/handsets/events');
events.addEventListener('open', () => {
  live(true, 'Live');
  refreshPhones();
  refreshThread();
});
events.addEventListener('error', () => live(false, 'Reconnecting'));
events.addEventListener('change', (event) => {
  const change = JSON.parse(event.data);
  refreshPhones();
  if (change.many || change.phones.includes(chosen())) refreshThread();
});
