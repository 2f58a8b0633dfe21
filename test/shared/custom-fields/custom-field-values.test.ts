import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CustomFieldDefinition, CustomFieldType, NewCustomField } from '../../../shared/custom-fields/custom-field.ts';
import { checkCustomFields, readCustomField } from '../../../shared/custom-fields/custom-field-values.ts';
import { AppError } from '../../../shared/errors.ts';
import { systemIds } from '../../../shared/platform/id.ts';

const now = '2026-05-31T00:00:00.000Z';
const defined = (name: string, type: CustomFieldType, choices?: string[]) =>
  CustomFieldDefinition.parse({
    id: systemIds.random(),
    name,
    type,
    choices,
    createdAt: now,
    updatedAt: now,
    version: 1,
  });

const definitions = [
  defined('Nickname', 'text'),
  defined('Score', 'number'),
  defined('Born', 'date'),
  defined('Member', 'boolean'),
  defined('Plan', 'choice', ['Free', 'Paid']),
];
const named = (type: CustomFieldType) => {
  const definition = definitions.find((those) => those.type === type);
  if (!definition) throw new Error(`Nothing is defined as ${type}`);
  return definition;
};

const read = (type: CustomFieldType, text: string) => {
  const answer = readCustomField(named(type), text);
  return answer.kind === 'value' ? answer.value : 'refused';
};

const refusal = (fields: Parameters<typeof checkCustomFields>[1]) => {
  try {
    checkCustomFields(definitions, fields);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.message : error;
  }
};

describe('values that come by JSON', () => {
  test('are kept by their types, under the names and choices as they are defined', () => {
    const given = { score: 90.5, BORN: '2026-05-31T23:30:00-05:00', Member: false, plan: ' paid ', Nickname: 'J' };

    expect(checkCustomFields(definitions, given)).toEqual({
      Score: 90.5,
      Born: '2026-05-31',
      Member: false,
      Plan: 'Paid',
      Nickname: 'J',
    });
  });

  test('are taken as they come where nothing is defined, and are none where they are empty', () => {
    const free = { district: 7, 'T-shirt': '', alumni: true, note: null };

    expect(checkCustomFields(definitions, free)).toEqual(free);
    expect(checkCustomFields([], { Score: 'high', score: 'low' })).toEqual({ Score: 'high', score: 'low' });
    expect(checkCustomFields(definitions, { Score: '', Plan: null })).toEqual({ Score: null, Plan: null });
  });

  test.each([
    [{ Nickname: 5 }, 'customFields.Nickname: expected a text'],
    [{ score: '90' }, 'customFields.score: expected a number, as in 1234.5'],
    [{ Born: '5/31/2026' }, 'customFields.Born: expected a date, as in "2026-05-31"'],
    [{ Born: '2026-02-29' }, 'customFields.Born: expected a date, as in "2026-05-31"'],
    [{ Born: '2026-05-31T25:00' }, 'customFields.Born: expected a date, as in "2026-05-31"'],
    [{ Member: 'yes' }, 'customFields.Member: expected true or false'],
    [{ Plan: 'Gold' }, 'customFields.Plan: expected one of Free, Paid'],
    [{ Score: 1, score: 2 }, 'customFields.score: given twice, the case of a name does not matter'],
  ])('are refused when they are like %j, with what is expected', (fields, message) => {
    expect(refusal(fields)).toBe(message);
  });

  test('of many choices some are named', () => {
    const choices = Array.from({ length: 100 }, (_, index) => `Ward ${index}`);

    expect(() => checkCustomFields([defined('Ward', 'choice', choices)], { Ward: 'none' })).toThrow(/Ward 9…$/);
  });

  test('check the same once more', () => {
    const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, 'FREE', '2026-05-31 10:00'));
    const fields = fc.dictionary(fc.constantFrom('Nickname', 'score', 'BORN', 'Member', 'plan', 'other'), value);
    fc.assert(
      fc.property(fields, (given) => {
        if (refusal(given) !== undefined) return;
        const checked = checkCustomFields(definitions, given);
        expect(checkCustomFields(definitions, checked)).toEqual(checked);
      }),
    );
  });
});

describe('a cell of a file', () => {
  test.each([
    ['number', ' 1,234 ', 1234],
    ['number', '1.5', 1.5],
    ['number', '-1,234,567.89', -1_234_567.89],
    ['number', '.5', 0.5],
    ['number', '-0', 0],
    ['number', '007', 7],
    ['number', '1.2e+21', 1.2e21],
    ['date', '2026-05-31', '2026-05-31'],
    ['date', '2026-05-31T14:05:00.000+0000', '2026-05-31'],
    ['date', '2026-05-31 14:05', '2026-05-31'],
    ['date', '5/31/2026', '2026-05-31'],
    ['date', '05/01/2026 2:05 PM', '2026-05-01'],
    ['date', '2/29/2028', '2028-02-29'],
    ['boolean', 'Yes', true],
    ['boolean', 'n', false],
    ['boolean', '1', true],
    ['boolean', 'FALSE', false],
    ['choice', 'pAID', 'Paid'],
    ['text', ' 00123 ', '00123'],
    ['number', ' ', null],
    ['choice', '', null],
  ] as const)('of the type %s that says "%s" is %s', (type, text, value) => {
    expect(read(type, text)).toBe(value);
  });

  test.each([
    ['number', ['1,5', '1,23', '12,34,567', '1.234,5', '1 234', '$5', '5%', '0x1F', 'NaN', 'Infinity', '1e400']],
    ['number', ['12345678901234567890', '4111111111111111111', '9'.repeat(5000)]],
    [
      'date',
      ['25/12/2026', '5/31/26', '5-31-2026', '31.5.2026', '2026-5-1', '2/29/2026', '20260531', '45321', 'May 31'],
    ],
    ['boolean', ['2', 'maybe', 'on', 'x']],
    ['choice', ['Gold', 'Free Paid']],
    ['text', ['x'.repeat(1001)]],
  ] as const)('of the type %s is refused for what could mean something else: %j', (type, texts) => {
    const readings = texts.map((text) => [text, read(type, text)]);

    expect(readings.filter(([, value]) => value !== 'refused')).toEqual([]);
  });

  test('that is refused is told what is expected', () => {
    const told = CustomFieldType.options.map((type) => readCustomField(named(type), '?'.repeat(2000)));

    expect(told).toEqual(
      [
        'Expected a text of at most 1000 characters',
        'Expected a number, as in 1234.5 or 1,234.5',
        'Expected a date, as in 2026-05-31 or 5/31/2026 (month first)',
        'Expected yes or no',
        'Expected one of Free, Paid',
      ].map((message) => ({ kind: 'refused', message })),
    );
  });

  test('reads back every number that a contact may hold, and every integer with its thousands marked', () => {
    const storable = fc.double({ noNaN: true, min: -1e100, max: 1e100 }).filter((value) => Math.abs(value) >= 1e-100);
    fc.assert(
      fc.property(storable, (value) => {
        expect(read('number', String(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(read('number', value.toLocaleString('en-US'))).toBe(value);
      }),
    );
  });

  test('reads a day the same in either way of writing it', () => {
    const days = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (day) => {
        const iso = day.toISOString().slice(0, 10);
        const [year, month, date] = iso.split('-').map(Number);
        expect(read('date', iso)).toBe(iso);
        expect(read('date', day.toISOString())).toBe(iso);
        expect(read('date', `${month}/${date}/${year}`)).toBe(iso);
      }),
    );
  });

  test('yields by any text what is stored as it is, or a refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom(...definitions), fc.string(), (definition, text) => {
        const answer = readCustomField(definition, text);
        if (answer.kind === 'refused') return;
        expect(checkCustomFields([definition], { [definition.name]: answer.value })).toEqual({
          [definition.name]: answer.value,
        });
      }),
    );
  });
});

test.each([
  [{ name: 'Plan', type: 'choice' }, 'choices'],
  [{ name: 'Plan', type: 'text', choices: ['a'] }, 'choices'],
  [{ name: 'Plan', type: 'choice', choices: [] }, 'choices'],
  [{ name: 'Plan', type: 'choice', choices: ['a', ' A'] }, 'choices'],
  [{ name: 'Plan', type: 'choice', choices: Array.from({ length: 101 }, String) }, 'choices'],
  [{ name: '{{x}}', type: 'text' }, 'name'],
  [{ name: 'x'.repeat(65), type: 'text' }, 'name'],
  [{ name: 'Plan', type: 'phone' }, 'type'],
])('a definition is refused for %j', (body, field) => {
  expect(NewCustomField.safeParse(body).error?.issues[0]?.path.join('.')).toBe(field);
});
