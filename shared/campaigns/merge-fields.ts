import { personalFields } from '../contacts/contact.ts';
import { invalidField } from '../errors.ts';

/** The prefix of an organization's own fields. */
export const customPrefix = 'customFields.';

type Part = { text: string } | { field: string; fallback: string };
export type Template = readonly Part[];

/**
 * Reads a text with merge fields, `{{firstName}}` or `{{firstName|friend}}`: no logic, no nesting, one pass over the
 * text, since organizations write it.
 * @throws AppError VALIDATION_ERROR naming `body` and the field that doesn't exist
 */
export const parseTemplate = (body: string): Template => {
  const parts: Part[] = [];
  let position = 0;
  for (;;) {
    const open = body.indexOf('{{', position);
    if (open < 0) break;
    const close = body.indexOf('}}', open);
    if (close < 0) throw invalidField('body', 'body: a merge field that begins with {{ never ends with }}');
    const inside = body.slice(open + 2, close);
    const bar = inside.indexOf('|');
    const field = (bar < 0 ? inside : inside.slice(0, bar)).trim();
    if (!isKnown(field))
      throw invalidField('body', `body: there is no merge field {{${field.slice(0, 64)}}}`, {
        mergeField: field.slice(0, 64),
        known: [...personalFields, `${customPrefix}NAME`],
      });
    parts.push({ text: body.slice(position, open) }, { field, fallback: bar < 0 ? '' : inside.slice(bar + 1).trim() });
    position = close + 2;
  }
  parts.push({ text: body.slice(position) });
  return parts;
};

const isKnown = (field: string) =>
  personalFields.some((known) => known === field) ||
  (field.startsWith(customPrefix) && field.length > customPrefix.length && field.length <= 80);

/** The fields that a text asks for, each once. */
export const fieldsOf = (template: Template): string[] => [
  ...new Set(template.flatMap((part) => ('field' in part ? [part.field] : []))),
];

/** The text for one person: their values, or the fallbacks where they have none. */
export const renderTemplate = (template: Template, values: Readonly<Record<string, string>>): string =>
  template.map((part) => ('field' in part ? values[part.field]?.trim() || part.fallback : part.text)).join('');
