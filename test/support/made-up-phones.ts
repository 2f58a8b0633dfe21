const areas = ['617', '303', '512', '206', '312', '305'] as const;

/** A valid American number, another for each index up to millions, and none on which the simulated provider plays tricks. */
export const phoneAt = (index: number): string => {
  const line = Math.floor(index / areas.length);
  const exchange = 220 + Math.floor(line / 10_000);
  return `+1${areas[index % areas.length] ?? ''}${exchange}${String(line % 10_000).padStart(4, '0')}`;
};

/** Fictional numbers with an ending on which the simulated provider does something: one for each area code. */
export const phonesEnding = (ending: `01${number}`, count: number): string[] =>
  [202, 212, 213, 214, 215, 216, 303, 305, 312, 313, 404, 415, 503, 512, 602, 617, 702, 713, 801, 818]
    .slice(0, count)
    .map((area) => `+1${area}555${ending}`);

/** A file of contacts with these phones. */
export const fileOf = (phones: readonly string[]): string =>
  ['first_name,phone', ...phones.map((phone, index) => `Person ${index + 1},${phone}`), ''].join('\n');
