import type { Notification } from './jobs.ts';

type Of<Kind extends Notification['kind']> = Extract<Notification, { kind: Kind }>;

const purposes: Record<Of<'code'>['purpose'], string> = {
  sign_in: 'sign in',
  password_reset: 'choose a new password',
  email_change: 'confirm your new e-mail address',
  second_step: 'set up your second step',
};

const notices: Record<Of<'notice'>['notice'], { subject: string; text: string }> = {
  password_changed: { subject: 'Your password was changed', text: 'The password of your account was changed.' },
  email_changed: { subject: 'Your e-mail address was changed', text: 'Your account has another e-mail address now.' },
  second_step_changed: { subject: 'Your second step was changed', text: 'How you prove your sign-in was changed.' },
  recovery_code_used: {
    subject: 'A recovery code was used',
    text: 'Somebody signed in with one of your recovery codes.',
  },
  organization_closing: {
    subject: 'Your organization is being closed',
    text: 'Its data is exported first, then erased. An administrator can stop this until then.',
  },
  organization_exported: {
    subject: 'The data of your organization is ready',
    text: 'Download it before it is erased: an administrator finds it under the closure of the organization.',
  },
};

const paragraphs = (...lines: string[]) => lines.filter((line) => line !== '').join('\n\n');

/** The text of a code, for a phone: short, and worth nothing to whoever asks for it. */
export const codeText = ({ code, purpose, minutes }: Of<'code'>, brand: string) =>
  `${brand}: ${code} is your code to ${purposes[purpose]}. It works for ${minutes} minutes. Give it to nobody.`;

/** Subject and text of a mail. */
export const mailOf = (notification: Of<'code'> | Of<'invitation'> | Of<'notice'>, brand: string) => {
  switch (notification.kind) {
    case 'code': {
      const { code, purpose, minutes } = notification;
      return {
        subject: `${code} is your ${brand} code`,
        text: paragraphs(
          `Your code to ${purposes[purpose]}: ${code}`,
          `It works once, within ${minutes} minutes. Give it to nobody: nobody of ${brand} will ask for it.`,
          'If you did not ask for it, somebody else typed your name. Change your password if this goes on.',
        ),
      };
    }
    case 'invitation': {
      const { organizationName, invitedBy, role, link, expiresAt } = notification;
      return {
        subject: `${invitedBy} invites you to ${organizationName}`,
        text: paragraphs(
          `${invitedBy} invites you to ${organizationName}, as ${role}.`,
          `Choose your name and password here: ${link}`,
          `The link works once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC. If you expected no invitation, ignore it.`,
        ),
      };
    }
    case 'notice': {
      const { subject, text } = notices[notification.notice];
      const from = notification.sourceIp === undefined ? '' : `, from ${notification.sourceIp}`;
      return {
        subject: `${brand}: ${subject}`,
        text: paragraphs(
          text,
          `This was at ${notification.at.slice(0, 16).replace('T', ' ')} UTC${from}.`,
          'If it was not you, sign out everywhere, change your password and tell an administrator.',
        ),
      };
    }
  }
};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** The same text as HTML: nothing but paragraphs and links. */
export const htmlOf = (text: string) =>
  `<!doctype html><html lang="en"><body>${escaped(text)
    .split('\n\n')
    .map((paragraph) => `<p>${paragraph.replaceAll(/https?:\/\/\S+/g, (link) => `<a href="${link}">${link}</a>`)}</p>`)
    .join('')}</body></html>`;
