import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canadianAreaCodes, stateByAreaCode, tollFreeAreaCodes } from '../../../shared/contacts/area-codes.ts';
import { formatPhone, parsePhone } from '../../../shared/contacts/phone.ts';

const e164 = (text: string, country?: string) => {
  const phone = parsePhone(text, country);
  return phone.kind === 'phone' ? phone.e164 : phone.code;
};

describe('a phone as people and spreadsheets write it', () => {
  test.each([
    ['(202) 555-0123', '+12025550123'],
    ['202.555.0123', '+12025550123'],
    ['1 202 555 0123', '+12025550123'],
    ['+1-202-555-0123', '+12025550123'],
    ['001 202 555 0123', '+12025550123'],
    ['(202) 555-0123 x5', '+12025550123'],
    ['202-555-0123 ext. 12', '+12025550123'],
    ['="2025550123"', '+12025550123'],
    ["'2025550123", '+12025550123'],
    ['2025550123.0', '+12025550123'],
    ['\u202a+12025550123\u202c', '+12025550123'],
    ['tel:+12025550123', '+12025550123'],
    ['004420 7946 0958', '+442079460958'],
    ['800-356-9377', '+18003569377'],
    ['416-555-0123', '+14165550123'],
  ])('reads %s', (text, expected) => {
    expect(e164(text)).toBe(expected);
  });

  test.each([
    ['', 'PHONE_MISSING'],
    ['  ', 'PHONE_MISSING'],
    ['1.20256E+10', 'PHONE_DAMAGED'],
    ['555-CALL', 'PHONE_HAS_LETTERS'],
    ['1-800-FLOWERS', 'PHONE_HAS_LETTERS'],
    ['202-555-0123; 202-555-0124', 'PHONE_SEVERAL'],
    ['202-555-0123 / 202-555-0124', 'PHONE_SEVERAL'],
    ['5550123', 'PHONE_TOO_SHORT'],
    ['120255501234', 'PHONE_TOO_LONG'],
    ['12345678901234567890', 'PHONE_TOO_LONG'],
    ['900-555-0123', 'PHONE_AREA_CODE'],
    ['565-555-0123', 'PHONE_AREA_CODE'],
    ['202-911-0123', 'PHONE_EXCHANGE'],
    ['202-155-0123', 'PHONE_EXCHANGE'],
    ['+44 20', 'PHONE_INVALID'],
  ])('refuses %s as %s', (text, expected) => {
    expect(e164(text)).toBe(expected);
  });

  test('takes a number without a country code as one of the default country', () => {
    expect(e164('020 7946 0958', 'GB')).toBe('+442079460958');
    expect(e164('020 7946 0958', 'XX')).toBe('PHONE_INVALID');
  });
});

describe('area codes', () => {
  test('those in service are known, the ten that the library refuses among them', () => {
    expect([stateByAreaCode.size, canadianAreaCodes.size, tollFreeAreaCodes.size]).toEqual([378, 55, 8]);
    for (const area of [357, 436, 457, 621, 624, 679, 729, 837, 861, 924])
      expect(e164(`${area}-555-0123`)).toBe(`+1${area}5550123`);
  });

  test('every number of a code in service is one, exactly when its exchange can begin a number', () => {
    const areas = [...stateByAreaCode.keys(), ...canadianAreaCodes, ...tollFreeAreaCodes];
    fc.assert(
      fc.property(fc.constantFrom(...areas), fc.nat(999), fc.nat(9999), (area, exchange, line) => {
        const digits = `${area}${String(exchange).padStart(3, '0')}${String(line).padStart(4, '0')}`;
        const possible = exchange >= 200 && exchange % 100 !== 11;
        expect(e164(digits)).toBe(possible ? `+1${digits}` : 'PHONE_EXCHANGE');
      }),
    );
  });
});

test('what was read reads the same from either of its forms', () => {
  const digit = fc.nat(9);
  const text = fc.oneof(
    fc.stringMatching(/^\+?[0-9 ().-]{7,20}$/),
    fc.array(digit, { minLength: 10, maxLength: 10 }).map((digits) => digits.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (written) => {
      const phone = parsePhone(written);
      if (phone.kind === 'refused') return;
      expect(e164(phone.e164)).toBe(phone.e164);
      expect(e164(phone.formatted)).toBe(phone.e164);
      expect(formatPhone(phone.e164)).toBe(phone.formatted);
    }),
    { numRuns: 2000 },
  );
});
