import type { CustomFields } from '../contacts/contact.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import type { Table } from '../platform/table/table.ts';
import type { CustomFieldDefinition } from './custom-field.ts';
import { customFieldStore } from './custom-field-store.ts';
import { checkCustomFields } from './custom-field-values.ts';

/** What the organization says of its own fields: for whoever reads many values, such as an import. */
export const customFieldDefinitions = (
  table: Table,
  organizationId: OrganizationId,
): Promise<CustomFieldDefinition[]> => customFieldStore(table, organizationId).list();

/**
 * The custom fields of a contact's new fields as they are to be stored; nothing where it names none, and nothing read.
 * @throws AppError VALIDATION_ERROR naming `customFields.NAME`
 */
export const typedFields = async (
  table: Table,
  organizationId: OrganizationId,
  { customFields }: { customFields?: CustomFields | undefined },
): Promise<{ customFields?: CustomFields }> => {
  if (customFields === undefined || Object.keys(customFields).length === 0) return {};
  return { customFields: checkCustomFields(await customFieldDefinitions(table, organizationId), customFields) };
};
