/** How many times as long as usual tests of faults and properties are. Set LONGER=10 for a long night. */
export const longer = Math.max(1, Number(process.env['LONGER'] ?? 1));
