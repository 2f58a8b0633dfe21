import { z } from 'zod';

const strings = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const conditionValue = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));
const principal = z.union([
  z.literal('*'),
  z.strictObject({ AWS: strings.optional(), Service: strings.optional(), Federated: strings.optional() }),
]);

/** A statement of a policy document; an element that is not known here (NotPrincipal, say) is refused. */
export const PolicyStatement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.optional(),
  Action: strings.optional(),
  NotAction: strings.optional(),
  Resource: strings.optional(),
  NotResource: strings.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
});
/** A statement as a template writes it: single values or lists. */
export type PolicyStatement = z.input<typeof PolicyStatement>;

const PolicyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z
    .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

/** The statements of a resolved policy document. Throws on elements that the runtime does not evaluate. */
export function statementsOf(document: unknown): PolicyStatement[] {
  return PolicyDocument.parse(document).Statement.map((statement) => PolicyStatement.parse(statement));
}
