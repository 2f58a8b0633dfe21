import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { placeOf } from '../../../shared/contacts/place.ts';
import { zonesOfAreaCode } from '../../../shared/contacts/state-zones.ts';

test.each([
  [
    'what is given',
    { state: 'Texas', timeZone: 'America/Denver', zip: '10001' },
    'Texas',
    'given',
    'America/Denver',
    'given',
  ],
  [
    'the ZIP code before the area code',
    { zip: '90210', phone: '+12125550123' },
    'CA',
    'zip',
    'America/Los_Angeles',
    'zip',
  ],
  ['a ZIP code whose zero is lost', { zip: '2101' }, 'MA', 'zip', 'America/New_York', 'zip'],
  ['the part of a state that a ZIP code tells', { zip: '32501' }, 'FL', 'zip', 'America/Chicago', 'zip'],
  ['a state by its name', { state: 'new mexico' }, 'new mexico', 'given', 'America/Denver', 'state'],
  ['the area code', { phone: '+18505550123' }, 'FL', 'area-code', 'America/New_York', 'area-code'],
  ['nothing abroad', { phone: '+442079460000', zip: '90210', country: 'GB' }, null, null, null, null],
  ['nothing of a toll-free number', { phone: '+18005550123' }, null, null, null, null],
] as const)('a place is told by %s', (_, whereabouts, state, stateSource, timeZone, timeZoneSource) => {
  expect(placeOf(whereabouts)).toEqual({ state, stateSource, timeZone, timeZoneSource });
});

const npa = join(import.meta.dirname, '../../../../shared/data/npa.csv');

test.skipIf(!existsSync(npa))('the zones of every area code are those of the numbering plan', () => {
  const Row = z.object({ npa: z.string(), state: z.string(), iana_candidates: z.string() });
  const rows = z.array(Row).parse(parse(readFileSync(npa), { columns: true }));

  const wrong = rows.filter(({ npa: code, state, iana_candidates: zones }) => {
    const ours = zonesOfAreaCode(code, state === 'CNMI' ? 'MP' : state);
    return zones.split('|').toSorted().join() !== ours.toSorted().join();
  });

  expect(rows.length).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});
