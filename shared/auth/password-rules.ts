import { invalidField } from '../errors.ts';

/** The most used passwords, lower-case, those that pass the length rule. */
export interface CommonPasswords {
  has(password: string): boolean;
}

/** Letters alone: `Dana2026!` is still the name. */
const bare = (text: string) => text.toLowerCase().replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');

/** What somebody is called, whole and in parts of four letters and more. */
const partsOf = (own: readonly (string | undefined)[]) =>
  own.flatMap((text = '') => [text, ...text.split(/[\s@._-]+/).filter(({ length }) => length >= 4)]);

/**
 * Refuses what is guessed first: common passwords, and what is known of the user, even with digits and signs around it
 * (ASVS 5.0, 6.1.2, 6.2.4). No composition rules: they make passwords worse (6.2.5). Length is the schema's.
 * @throws AppError VALIDATION_ERROR on `field`
 */
export const assertGoodPassword = (
  common: CommonPasswords,
  password: string,
  own: readonly (string | undefined)[],
  field = 'password',
) => {
  const folded = password.toLowerCase();
  const said = { constraint: 'guessable' };
  if (common.has(folded)) throw invalidField(field, `${field}: among those that are guessed first`, said);
  const known = new Set(partsOf(own).flatMap((part) => [part.toLowerCase(), bare(part)]));
  known.delete('');
  if (known.has(folded) || known.has(bare(password)))
    throw invalidField(field, `${field}: it must not be a name, an address or a number of yours`, said);
};
