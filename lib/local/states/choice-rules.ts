import { z } from 'zod';

const typeTests = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp'];
const rule = z.record(z.string(), z.unknown());
type Rule = z.infer<typeof rule>;

/**
 * A choice rule as the interpreter understands it. Its tests of a type never hold when asked for `false`
 * (`IsPresent: false`, which CDK writes for isNotPresent), so those become the negation of the positive test.
 */
export function choiceRule({ Next, ...test }: Rule): Rule {
  return { ...condition(test), ...(Next === undefined ? {} : { Next }) };
}

function condition(test: Rule): Rule {
  if (test.And) return { ...test, And: z.array(rule).parse(test.And).map(condition) };
  if (test.Or) return { ...test, Or: z.array(rule).parse(test.Or).map(condition) };
  if (test.Not) return { ...test, Not: condition(rule.parse(test.Not)) };
  const negated = typeTests.find((name) => test[name] === false);
  return negated === undefined ? test : { Not: { ...test, [negated]: true } };
}
