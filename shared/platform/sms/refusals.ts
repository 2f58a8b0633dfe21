/** Why a message was refused or didn't arrive, as people act on it. */
export const refusalClasses = [
  'bad_number',
  'opted_out',
  'filtered',
  'configuration',
  'unroutable',
  'carrier',
  'expired',
  'too_busy',
  'other',
] as const;

export type RefusalClass = (typeof refusalClasses)[number];

/** Error codes of the provider's dictionary by what they mean for us. */
const codes: Partial<Record<RefusalClass, readonly number[]>> = {
  bad_number: [21211, 21214, 21217, 21614, 21635, 30005, 30006, 30011],
  opted_out: [21610],
  filtered: [30004, 30007, 30038, 30450, 30640],
  // The account or the sender is at fault: every message of the campaign would end alike.
  configuration: [
    20003, 20008, 20404, 21212, 21603, 21606, 21619, 21703, 21704, 30002, 30024, 30032, 30034, 30035, 30037, 35111,
    35114, 35115, 35117, 35118,
  ],
  // This sender can't reach this number: others may well be reached.
  unroutable: [21408, 21608, 21612],
  carrier: [30001, 30003, 30008, 30009, 30017, 30020, 30021, 30022, 30027, 63017],
  expired: [30036, 30610],
  too_busy: [20429, 21611],
};

const classes = new Map(
  Object.entries(codes).flatMap(([name, list]) => {
    const known = refusalClasses.find((refusal) => refusal === name);
    return known ? list.map((code) => [code, known] as const) : [];
  }),
);

/** The class of a provider's error code. */
export const refusalClassOf = (code: number | null): RefusalClass =>
  (code === null ? undefined : classes.get(code)) ?? 'other';
