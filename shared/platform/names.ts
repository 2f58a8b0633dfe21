/** Several names as one cell of a file: with commas between, in quotes where a name holds what stands between names. */
export const writeNames = (names: readonly string[]): string =>
  names.map((name) => (/[",;|]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(', ');

/** A name in quotes, which end before a separator; or whatever stands up to the next separator. */
const name = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,;|]|$)|([^,;|]*))(?:[,;|]|$)/gy;

/** The names of such a cell, as other products write it too: `"VIP","Blog"` as well as `VIP; Blog`. */
export const readNames = (text: string): string[] =>
  [...text.matchAll(name)]
    .map(([, quoted, bare = '']) => (quoted === undefined ? bare.replaceAll('"', '') : quoted.replaceAll('""', '"')))
    .map((each) => each.trim())
    .filter((each) => each !== '');
