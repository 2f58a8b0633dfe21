import { styleText } from 'node:util';
import type { SignIn } from './demo-sign-in.ts';
import type { StackAddresses } from './stack-file.ts';

export interface Ready extends StackAddresses {
  signIn?: SignIn | undefined;
  docsUrl?: string | undefined;
  logFile: string;
  dataFolder: string;
}

/** What a person sees once everything runs: where it is, how to sign in, what to do next, how to end it. */
export function readyBlock(title: string, ready: Ready, last: string): string {
  const rows: [string, string][] = [
    ['API', ready.apiUrl],
    ...(ready.docsUrl === undefined ? [] : [['Reference', ready.docsUrl] satisfies [string, string]]),
    ['Handsets', ready.handsetsUrl],
    ['Mailbox', ready.mailboxUrl],
    ...(ready.webhookUrl === '' ? [] : [['Webhook', ready.webhookUrl] satisfies [string, string]]),
    ['AWS', `${ready.gatewayUrl}  (what the functions call; every call by the role's rights)`],
    ['Control', `${ready.controlUrl}  (GET /status, GET /meter, POST /kill)`],
  ];
  if (ready.signIn) rows.push(['Sign-in', `${ready.signIn.username} / ${ready.signIn.password}`]);
  rows.push(['Data', `${ready.dataFolder}  (kept; npm start -- --fresh clears it)`], ['Log', ready.logFile]);
  rows.push(['Next', 'npm run demo']);
  const lines = rows.map(([name, value]) => `  ${styleText('dim', name.padEnd(10))} ${value}`);
  return `\n${styleText('green', '✓')} ${title}\n\n${lines.join('\n')}\n\n  ${last}\n`;
}
