import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldsOf, parseTemplate, renderTemplate } from '../../../shared/campaigns/merge-fields.ts';
import { AppError } from '../../../shared/errors.ts';

const render = (text: string, values: Record<string, string> = {}) => renderTemplate(parseTemplate(text), values);

test('fields become the values of the contact, or their fallback', () => {
  const text = 'Hi {{ firstName | friend }}, {{company}} in {{customFields.Branch|town}}!';

  expect(render(text, { firstName: 'Ada', company: 'Acme', 'customFields.Branch': 'Rome' })).toBe(
    'Hi Ada, Acme in Rome!',
  );
  expect(render(text, { firstName: '  ' })).toBe('Hi friend,  in town!');
});

test('a value is text, whatever it looks like', () => {
  expect(render('{{firstName}}', { firstName: '{{lastName}}', lastName: 'x' })).toBe('{{lastName}}');
});

test.each(['{{nickname}}', '{{constructor}}', '{{__proto__|x}}', '{{}}', '{{customFields.}}', '{{firstName.length}}'])(
  '%s is refused by name',
  (text) => {
    const refused = () => parseTemplate(`Hi ${text}`);

    expect(refused).toThrow(AppError);
    expect(refused).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', details: expect.objectContaining({ field: 'body' }) }),
    );
  },
);

test('a field that never ends is refused', () => {
  expect(() => parseTemplate('Hi {{firstName')).toThrow('never ends');
});

test('the fields of a text are told once each', () => {
  expect(fieldsOf(parseTemplate('{{city}} {{firstName|x}} {{city|y}}'))).toEqual(['city', 'firstName']);
});

test('text without braces stays as it is', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('{{')),
      (text) => {
        expect(render(text)).toBe(text);
      },
    ),
  );
});
