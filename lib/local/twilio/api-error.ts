/** The refusals of the Messages API that the simulator gives: HTTP status and text, by Twilio's error code. */
const refusals = {
  20001: { status: 400, text: 'Invalid parameter: ?' },
  20003: { status: 401, text: 'Authenticate' },
  20404: { status: 404, text: 'The requested resource ? was not found' },
  20429: { status: 429, text: 'Too Many Requests' },
  20500: { status: 500, text: 'An internal server error has occurred' },
  21211: { status: 400, text: "The 'To' number ? is not a valid phone number" },
  21212: { status: 400, text: "The 'From' number ? is not a valid phone number, short code or sender" },
  21266: { status: 400, text: "The 'To' and 'From' numbers are the same: ?" },
  21408: { status: 400, text: 'Sending to the region of ? is not enabled for this account' },
  21603: { status: 400, text: "One of 'From' and 'MessagingServiceSid' is required" },
  21604: { status: 400, text: "A 'To' phone number is required" },
  21606: { status: 400, text: "The 'From' number ? cannot send to this 'To' number" },
  21609: { status: 400, text: "The 'StatusCallback' URL ? is not valid" },
  21610: { status: 400, text: 'Attempt to send to an unsubscribed recipient: ?' },
  21611: { status: 400, text: "The queue of the 'From' number ? is full" },
  21612: { status: 400, text: "The 'To' number ? cannot be reached from this 'From' number" },
  21614: { status: 400, text: "The 'To' number ? is not a mobile number" },
  21617: { status: 400, text: 'The message body exceeds 1600 characters' },
  21619: { status: 400, text: "One of 'Body', 'MediaUrl' and 'ContentSid' is required" },
  21623: { status: 400, text: 'More than 10 media URLs' },
  21624: { status: 400, text: "The 'ValidityPeriod' ? is not a whole number of seconds from 1 to 36000" },
  21910: { status: 400, text: "'From' and 'To' must be of the same channel" },
  30409: { status: 400, text: 'The message ? can no longer be canceled' },
  35114: { status: 400, text: "'SendAt' ? is not between 5 minutes and 35 days ahead" },
  35118: { status: 400, text: "'MessagingServiceSid' is required to schedule a message" },
} as const;

export type RefusalCode = keyof typeof refusals;

/** A refusal in Twilio's form: `{ code, message, more_info, status }`. */
export class ApiError extends Error {
  readonly code: RefusalCode;
  readonly status: number;

  constructor(code: RefusalCode, value = '') {
    const refusal = refusals[code];
    super(refusal.text.replace('?', value));
    this.code = code;
    this.status = refusal.status;
  }

  body() {
    const more_info = `https://www.twilio.com/docs/errors/${this.code}`;
    return { code: this.code, message: this.message, more_info, status: this.status };
  }
}
