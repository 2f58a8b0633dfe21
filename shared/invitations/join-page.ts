import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 26rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin-top: 1rem; }
input, button { font: inherit; width: 100%; min-height: 2.75rem; padding: .4rem .6rem; box-sizing: border-box; }
button { margin-top: 1.5rem; cursor: pointer; }
[role=alert] { color: light-dark(#b3261e, #ff9d93); min-height: 1.5rem; }
:focus-visible { outline: 3px solid light-dark(#2f4fd8, #8fa6ff); outline-offset: 2px; }
`;

/** Addresses are relative, so that the page works under any stage and domain. The token never leaves the fragment. */
const script = `
const say = (id, text) => { document.getElementById(id).textContent = text; };
const invitation = location.hash.slice(1);
const post = async (path, body) => {
  const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
};
const form = document.getElementById('join');
post('invitations/lookup', { invitation }).then(({ data }) => {
  say('offer', data.invitedBy + ' invites you to ' + data.organizationName + ', as ' + data.roles.join(', ') + '. Your e-mail address: ' + data.email);
  form.elements.full_name.value = data.fullName ?? '';
  form.hidden = false;
}, (error) => say('offer', error.message));
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  say('problem', '');
  const { username, password, full_name } = Object.fromEntries(new FormData(form));
  try {
    await post('auth/register', { invitation, username, password, ...(full_name ? { full_name } : {}) });
    form.hidden = true;
    history.replaceState(null, '', location.pathname);
    say('offer', 'Welcome. You are a member now, and sign in as ' + username + '.');
  } catch (error) {
    say('problem', error.message);
  }
});
`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but what stands in the page may run, and it may call nothing but this API. */
export const joinPagePolicy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where the link of an invitation leads: shows the offer, and makes the account. */
export const joinPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="referrer" content="no-referrer" />
<title>Join</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Join</h1>
<p id="offer" role="status">Looking your invitation up</p>
<form id="join" hidden>
<label for="full_name">Your name</label>
<input id="full_name" name="full_name" autocomplete="name" maxlength="200" />
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" required minlength="3" maxlength="100" />
<label for="password">Password, at least 8 characters</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128" />
<p id="problem" role="alert"></p>
<button>Join</button>
</form>
</main>
<script>${script}</script>
</body>
</html>
`;
