import * as z from 'zod';
import { CustomFieldName } from '../contacts/contact.ts';

export const CustomFieldType = z.enum(['text', 'number', 'date', 'boolean', 'choice']);
export type CustomFieldType = z.infer<typeof CustomFieldType>;

/** What an organization says of one of its own fields, as it is stored. */
export const CustomFieldDefinition = z.object({
  id: z.uuid(),
  name: z.string(),
  /** What people see in the name's place. */
  label: z.string().optional(),
  type: CustomFieldType,
  /** Of a choice, and of nothing else. */
  choices: z.array(z.string()).optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type CustomFieldDefinition = z.infer<typeof CustomFieldDefinition>;

/** Names and choices are the same whatever their case. */
export const caseless = (text: string) => text.trim().toLowerCase();

const Name = z.string().trim().pipe(CustomFieldName);

const Label = z
  .string()
  .trim()
  .max(100)
  .transform((label) => (label === '' ? null : label))
  .nullable();

const Choices = z
  .array(z.string().trim().min(1).max(100))
  .min(1)
  .max(100)
  .refine((choices) => new Set(choices.map(caseless)).size === choices.length, 'Each choice once, whatever its case');

export const NewCustomField = z
  .strictObject({ name: Name, label: Label.optional(), type: CustomFieldType, choices: Choices.optional() })
  .refine(({ type, choices }) => type !== 'choice' || choices !== undefined, {
    path: ['choices'],
    message: 'A choice needs its choices',
  })
  .refine(({ type, choices }) => type === 'choice' || choices === undefined, {
    path: ['choices'],
    message: 'Only a choice has choices',
  })
  .meta({ id: 'NewCustomField', example: { name: 'Plan', type: 'choice', choices: ['Free', 'Paid'] } });
export type NewCustomField = z.infer<typeof NewCustomField>;

/** A partial change: what is absent stays, and `null` clears the label. Name and type are taken, and stay. */
export const CustomFieldChange = z
  .strictObject({
    name: Name,
    label: Label,
    type: CustomFieldType,
    choices: Choices.meta({ description: 'Replace the former ones; contacts keep a value that is gone' }),
    version: z.number().int().min(1).meta({ description: 'Refuses the change if somebody else came first' }),
  })
  .partial()
  .meta({ id: 'CustomFieldChange' });
export type CustomFieldChange = z.infer<typeof CustomFieldChange>;

/** A definition as the API shows it. */
export const CustomField = z
  .object({
    id: z.uuid(),
    name: z.string().meta({ description: 'Of the field in `customFields`; there its case does not matter' }),
    label: z.string().nullable(),
    type: CustomFieldType,
    choices: z.array(z.string()).nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    version: z.number().int(),
  })
  .meta({ id: 'CustomField' });
export type CustomField = z.infer<typeof CustomField>;

export const viewOfField = ({ label, choices, ...field }: CustomFieldDefinition): CustomField => ({
  ...field,
  label: label ?? null,
  choices: choices ?? null,
});
