import type { OrganizationId } from '../platform/organization-id.ts';
import { customFieldKeys } from '../platform/table/contact-keys.ts';
import { and, equals, missing } from '../platform/table/expression.ts';
import type { Table } from '../platform/table/table.ts';
import type { Write } from '../platform/table/transact.ts';
import { CustomFieldDefinition } from './custom-field.ts';

/** What an organization says of its own fields. */
export const customFieldStore = (table: Table, organizationId: OrganizationId) => {
  const keyOf = ({ name }: CustomFieldDefinition) => customFieldKeys.field(organizationId, name);
  const unchanged = ({ id, version }: CustomFieldDefinition) => and(equals('id', id), equals('version', version));
  return {
    /** Every definition, by name: a hundred at the most. A few KB as a rule, a read unit for each 4 KB. */
    list: async (): Promise<CustomFieldDefinition[]> => {
      const found: CustomFieldDefinition[] = [];
      let after: string | undefined;
      do {
        const page = await table.query({ pk: customFieldKeys.fields(organizationId), after, consistent: true });
        found.push(...page.items.map((item) => CustomFieldDefinition.parse(item)));
        after = page.next;
      } while (after !== undefined);
      return found;
    },

    /** The write that defines a field, refused where its name is defined. */
    create: (field: CustomFieldDefinition): Write => ({ put: { ...keyOf(field), ...field }, if: missing('pk') }),

    /** The write that puts `after`, of the same name, in the place of `before`. */
    revise: (before: CustomFieldDefinition, after: CustomFieldDefinition): Write => ({
      put: { ...keyOf(after), ...after },
      if: unchanged(before),
    }),

    delete: (field: CustomFieldDefinition): Write => ({ delete: keyOf(field), if: unchanged(field) }),
  };
};
