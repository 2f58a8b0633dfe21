/** What is shown for the error code of a message that failed or was not delivered. */
const texts: Record<number, string> = {
  21610: 'The recipient has unsubscribed',
  30001: 'The queue overflowed',
  30003: 'The handset is unreachable',
  30004: 'The message was blocked',
  30005: 'The handset is unknown',
  30006: 'A landline, or an unreachable carrier',
  30007: 'The carrier filtered the message',
  30008: 'Unknown error',
};

/** Text of a delivery error, null without one. */
export function errorText(code: number | null): string | null {
  return code === null ? null : (texts[code] ?? `Error ${code}`);
}
