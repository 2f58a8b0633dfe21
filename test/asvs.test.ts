import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** Requirements of ASVS 5.0, levels 1 and 2, chapters 6 to 10: how many each section has. */
const sections: Record<string, number> = {
  '6.1': 3,
  '6.2': 12,
  '6.3': 4,
  '6.4': 4,
  '6.5': 5,
  '6.6': 3,
  '6.8': 4,
  '7.1': 3,
  '7.2': 4,
  '7.3': 2,
  '7.4': 5,
  '7.5': 2,
  '7.6': 2,
  '8.1': 2,
  '8.2': 3,
  '8.3': 1,
  '8.4': 1,
  '9.1': 3,
  '9.2': 4,
  '10.1': 2,
  '10.2': 2,
  '10.3': 4,
  '10.4': 11,
  '10.5': 5,
  '10.6': 2,
  '10.7': 3,
};

const rows = [...read('docs/asvs.md').matchAll(/^\| ([\d.]+) +\| (.+?) +\| (?:`([^`]+)`: (.+?))? *\|$/gm)].map(
  ([, number = '', what = '', file, title = '']) => ({ number, what, file, title }),
);

test('every requirement is answered once, in order', () => {
  const asked = Object.entries(sections).flatMap(([section, last]) =>
    Array.from({ length: last }, (_, index) => `${section}.${index + 1}`),
  );

  expect(rows.map(({ number }) => number)).toEqual(asked);
});

test('a requirement without a test has a reason', () => {
  expect(rows.filter(({ file, what }) => file === undefined && !what.startsWith('Reason: '))).toEqual([]);
});

test('every test that is named is there', () => {
  const named = rows.flatMap(({ number, file, title }) => (file === undefined ? [] : [{ number, file, title }]));
  // A title stands in a call of `test`, or in the list of cases of a test that takes each.
  const missing = named.filter(
    ({ file, title }) => !existsSync(join(root, file)) || !read(file).includes(`'${title}'`),
  );

  expect(named.length).toBeGreaterThan(50);
  expect(missing).toEqual([]);
});

test('every page that is linked is there', () => {
  const pages = [...read('docs/asvs.md').matchAll(/\]\((decisions\/[^)]+)\)/g)].map(([, page = '']) => page);

  expect(pages.filter((page) => !existsSync(join(root, 'docs', page)))).toEqual([]);
});
