/** Makes an element; text is always text, never markup: what people write is shown, not run. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name === 'className' ? 'class' : name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** `+12025550101` as people in the US write it. */
export function phoneText(number) {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number ?? '');
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : (number ?? 'chosen by the service');
}

/** Fills an avatar: the last two digits on one of six colours. */
export function paintAvatar(avatar, number) {
  avatar.textContent = number.slice(-2);
  avatar.dataset.hue = String([...number].reduce((sum, digit) => sum + digit.charCodeAt(0), 0) % 6);
  return avatar;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const date = new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric' });

export function timeText(iso) {
  return clock.format(new Date(iso));
}

export function dayText(iso) {
  const day = new Date(iso);
  return day.toDateString() === new Date().toDateString() ? 'Today' : date.format(day);
}

/** Fetches JSON; an answer that is no success throws its `error` text. */
export async function getJson(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? body.message ?? `The simulator answered ${response.status}`);
  return body;
}

export function postJson(path, body) {
  return getJson(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

/** Runs `work` at once, then at most every `ms`; the last call is never lost. */
export function throttle(work, ms) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    await work();
    await new Promise((resolve) => setTimeout(resolve, ms));
    running = false;
    if (again) {
      again = false;
      await run();
    }
  };
}
