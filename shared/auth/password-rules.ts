import { invalidField } from '../errors.ts';

/** Those of the most used passwords that are long enough to pass the length rule. */
const common = new Set(
  `12345678 123456789 1234567890 0123456789 11111111 00000000 88888888 87654321 987654321 12341234 11223344 123123123
  12345678910 password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword passwort qwertyui
  qwertyuiop qwerty12 qwerty123 qwerty1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 zaq12wsx asdfghjk asdfghjkl asdf1234
  abcd1234 abc12345 a1234567 aa123456 a12345678 iloveyou iloveyou1 sunshine princess football baseball superman
  trustno1 starwars welcome1 welcome123 letmein1 letmein123 admin123 admin1234 administrator changeme changeme1
  whatever computer michelle jennifer internet corvette mercedes maverick liverpool charlie1 dragon12 monkey123
  master123 shadow123 michael1 samsung1 pokemon1 heliograph`.split(/\s+/),
);

/**
 * Refuses what is guessed first: common passwords, and the user's own names. No composition rules: they make
 * passwords worse (ASVS 5.0, 6.2.5). Length is the schema's.
 * @throws AppError VALIDATION_ERROR on `password`
 */
export const assertUncommonPassword = (password: string, names: readonly string[]) => {
  const folded = password.toLowerCase();
  if (common.has(folded)) throw invalidField('password', 'This password is among those that are guessed first');
  if (names.some((name) => name.toLowerCase() === folded))
    throw invalidField('password', 'The password must not be the username or the e-mail address');
};
