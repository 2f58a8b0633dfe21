import { isSupportedCountry, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { canadianAreaCodes, stateByAreaCode, tollFreeAreaCodes } from './area-codes.ts';

export type PhoneRefusal =
  | 'PHONE_MISSING'
  | 'PHONE_DAMAGED'
  | 'PHONE_HAS_LETTERS'
  | 'PHONE_SEVERAL'
  | 'PHONE_TOO_SHORT'
  | 'PHONE_TOO_LONG'
  | 'PHONE_AREA_CODE'
  | 'PHONE_EXCHANGE'
  | 'PHONE_INVALID';

/** A number that can be called, or the reason why the text is none. */
export type ParsedPhone =
  | { kind: 'phone'; e164: string; formatted: string }
  | { kind: 'refused'; code: PhoneRefusal; message: string };

const messages: Record<PhoneRefusal, string> = {
  PHONE_MISSING: 'Phone number is missing',
  PHONE_DAMAGED: 'Phone number was damaged by a spreadsheet (1.2E+10): format the column as text and export again',
  PHONE_HAS_LETTERS: 'Invalid phone number format: it contains letters',
  PHONE_SEVERAL: 'Invalid phone number format: it holds more than one number',
  PHONE_TOO_SHORT: 'Invalid phone number format: it has too few digits',
  PHONE_TOO_LONG: 'Invalid phone number format: it has too many digits',
  PHONE_AREA_CODE: 'Invalid phone number: its area code is not in service',
  PHONE_EXCHANGE: 'Invalid phone number: the three digits after the area code cannot begin a number',
  PHONE_INVALID: 'Invalid phone number',
};

const refused = (code: PhoneRefusal): ParsedPhone => ({ kind: 'refused', code, message: messages[code] });

/** Longer than any phone number with an extension. */
const longestText = 64;

/**
 * Reads a phone number as people and spreadsheets write it; without a country code it is taken as one of
 * `defaultCountry` (ISO 3166 alpha-2). An extension is dropped: a text message reaches the main number.
 */
export const parsePhone = (text: string, defaultCountry = 'US'): ParsedPhone => {
  const written = withoutWrapping(text);
  if (written === '') return refused('PHONE_MISSING');
  if (written.length > longestText) return refused(holdsSeveral(written) ? 'PHONE_SEVERAL' : 'PHONE_TOO_LONG');
  if (/^[+-]?\d(?:[.,]\d+)?e\+?\d+$/i.test(written)) return refused('PHONE_DAMAGED');
  const bare = written.replace(extension, '').replace(/^tel:/i, '');
  if (/\p{L}/u.test(bare)) return refused('PHONE_HAS_LETTERS');
  if (holdsSeveral(bare)) return refused('PHONE_SEVERAL');
  const number = parsePhoneNumberFromString(bare.replace(/^00/, '+'), {
    ...(isSupportedCountry(defaultCountry) ? { defaultCountry } : {}),
    extract: false,
  });
  if (!number)
    return refused(digitsOf(bare) > 15 ? 'PHONE_TOO_LONG' : digitsOf(bare) < 7 ? 'PHONE_TOO_SHORT' : 'PHONE_INVALID');
  return number.countryCallingCode === '1' ? northAmerican(number) : elsewhere(number);
};

/** The display form of a number that is valid already: `+1 (234) 567-8900`. */
export const formatPhone = (e164: string): string => {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164) ?? [];
  if (area) return `+1 (${area}) ${exchange}-${line}`;
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
};

const extension = /[\s,;]*(?:ext(?:ension|n)?\.?|x|#)[\s=:.]*\d{1,7}$/i;

/** What spreadsheets put around a number that is to stay text (`="…"`, `'…`), invisible characters, `.0` of a float. */
const withoutWrapping = (text: string) =>
  text
    .replaceAll(/\p{Cf}/gu, '')
    .trim()
    .replace(/^=\s*"(.*)"$/, '$1')
    .replaceAll(/^['’"]+|['’"]+$/g, '')
    .replace(/^(\+?\d{7,})\.0$/, '$1')
    .trim();

const digitsOf = (text: string) => text.replaceAll(/\D/g, '').length;

const holdsSeveral = (text: string) => text.split(/[;,|/&\n]|\sor\s/).filter((part) => digitsOf(part) >= 7).length > 1;

/**
 * Ten digits, an area code in service, and an exchange N(2–9)XX that is no N11. The library's own `isValid()` refuses
 * area codes in service and accepts N11, so it decides on the Caribbean only.
 */
const northAmerican = (number: PhoneNumber): ParsedPhone => {
  const { nationalNumber, country } = number;
  if (nationalNumber.length < 10) return refused('PHONE_TOO_SHORT');
  if (nationalNumber.length > 10) return refused('PHONE_TOO_LONG');
  const area = nationalNumber.slice(0, 3);
  const ours = stateByAreaCode.has(area) || canadianAreaCodes.has(area) || tollFreeAreaCodes.has(area);
  if (!ours && (country === undefined || country === 'US' || country === 'CA' || !number.isValid()))
    return refused('PHONE_AREA_CODE');
  if (!/^[2-9](?!11)\d\d$/.test(nationalNumber.slice(3, 6))) return refused('PHONE_EXCHANGE');
  return { kind: 'phone', e164: number.number, formatted: formatPhone(number.number) };
};

const elsewhere = (number: PhoneNumber): ParsedPhone =>
  number.isValid()
    ? { kind: 'phone', e164: number.number, formatted: number.formatInternational() }
    : refused('PHONE_INVALID');
