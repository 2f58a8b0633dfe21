import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** Whether a mail left. What would be refused again is an answer; what passes by itself is thrown. */
export interface Mailer {
  send(mail: OutgoingMail): Promise<'sent' | 'refused'>;
}

/** What SES says to a mail that it will never take: a repetition changes nothing. */
const refusals = ['BadRequestException', 'MessageRejected', 'MailFromDomainNotVerifiedException', 'NotFoundException'];

export const openMailer = (client: SESv2Client, sender: string): Mailer => ({
  send: async ({ to, subject, text, html }) => {
    const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
    try {
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: sender,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
        }),
      );
      return 'sent';
    } catch (error) {
      if (error instanceof Error && refusals.includes(error.name)) return 'refused';
      throw error;
    }
  },
});
