import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import type { Clock } from '../platform/clock.ts';
import type { Caller } from '../platform/http/route.ts';
import type { Ids } from '../platform/id.ts';
import type { Table } from '../platform/table/table.ts';
import { TransactionRefused } from '../platform/table/transact.ts';
import { unlessRefused } from '../platform/table/unless-refused.ts';
import {
  type CustomField,
  type CustomFieldChange,
  type CustomFieldDefinition,
  type NewCustomField,
  viewOfField,
} from './custom-field.ts';
import { customFieldStore } from './custom-field-store.ts';

export interface CustomFieldServices {
  table: Table;
  clock: Clock;
  ids: Ids;
}

/** Every write of a contact with custom fields reads them all. */
const mostFields = 100;
/** Tries when others change the same field at the same moment. */
const mostAttempts = 5;

/** What people do with the definitions of their organization's own fields. */
export const customFieldManagement = ({ table, clock, ids }: CustomFieldServices) => {
  const storeOf = ({ organizationId }: Caller) => customFieldStore(table, organizationId);

  /** @throws AppError NOT_FOUND */
  const standing = async (caller: Caller, fieldId: string): Promise<CustomFieldDefinition> => {
    const field = (await storeOf(caller).list()).find(({ id }) => id === fieldId);
    if (!field) throw notFound('Custom field');
    return field;
  };

  return {
    list: async (caller: Caller): Promise<CustomField[]> => {
      const fields = await storeOf(caller).list();
      return fields.map(viewOfField).toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
    },

    /** @throws AppError DUPLICATE naming name, CONFLICT when there are too many */
    create: async (caller: Caller, { label, choices, ...given }: NewCustomField): Promise<CustomField> => {
      const store = storeOf(caller);
      if ((await store.list()).length >= mostFields)
        throw new AppError('CONFLICT', `An organization defines at most ${mostFields} custom fields`);
      const now = clock().toISOString();
      const field: CustomFieldDefinition = {
        id: ids.random(),
        ...given,
        ...(label ? { label } : {}),
        ...(choices ? { choices } : {}),
        createdAt: now,
        updatedAt: now,
        version: 1,
      };
      const note = { action: 'custom_field_created', resource: 'custom_field', resourceId: field.id, after: field };
      try {
        await table.transact([store.create(field), ...auditWrites({ clock, ids }, caller, note)]);
      } catch (error) {
        if (!(error instanceof TransactionRefused)) throw error;
        const fieldId = error.refused.get(0)?.id;
        // Otherwise the first try went through, and its answer was lost.
        if (fieldId !== field.id)
          throw new AppError('DUPLICATE', 'A custom field of this name is defined', { field: 'name', fieldId });
      }
      return viewOfField(field);
    },

    /** What is absent stays. @throws AppError NOT_FOUND, STALE_VERSION, CONFLICT; VALIDATION_ERROR for what can't change */
    change: async (
      caller: Caller,
      fieldId: string,
      { version, ...change }: CustomFieldChange,
    ): Promise<CustomField> => {
      for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
        const before = await standing(caller, fieldId);
        if (version !== undefined && version !== before.version)
          throw new AppError('STALE_VERSION', 'Somebody else changed the custom field meanwhile', {
            field: 'version',
            version: before.version,
          });
        assertStays(before, change);
        const { label: formerLabel, ...kept } = before;
        const { label = formerLabel, choices } = change;
        const after: CustomFieldDefinition = {
          ...kept,
          ...(label ? { label } : {}),
          ...(choices ? { choices } : {}),
          updatedAt: clock().toISOString(),
          version: before.version + 1,
        };
        const note = { action: 'custom_field_updated', resource: 'custom_field', resourceId: fieldId, before, after };
        const writes = [storeOf(caller).revise(before, after), ...auditWrites({ clock, ids }, caller, note)];
        if (await unlessRefused(() => table.transact(writes))) return viewOfField(after);
      }
      throw new AppError('CONFLICT', 'Others are changing this custom field; try again');
    },

    /** The values of contacts stay. @throws AppError NOT_FOUND, CONFLICT */
    delete: async (caller: Caller, fieldId: string): Promise<{ message: string }> => {
      const before = await standing(caller, fieldId);
      const note = { action: 'custom_field_deleted', resource: 'custom_field', resourceId: fieldId, before };
      const writes = [storeOf(caller).delete(before), ...auditWrites({ clock, ids }, caller, note)];
      if (!(await unlessRefused(() => table.transact(writes))))
        throw new AppError('CONFLICT', 'Somebody else is changing this custom field; try again');
      return { message: 'Custom field deleted' };
    },
  };
};

/** Contacts hold values of the type under the name. @throws AppError VALIDATION_ERROR */
const assertStays = (field: CustomFieldDefinition, { name, type, choices }: CustomFieldChange) => {
  if (type !== undefined && type !== field.type)
    throw invalidField('type', `type: a field stays of the type ${field.type} once it is made; make another field`);
  if (name !== undefined && name !== field.name)
    throw invalidField('name', 'name: a field keeps its name once it is made; change its label, or make another field');
  if (choices !== undefined && field.type !== 'choice') throw invalidField('choices', 'choices: only a choice has any');
};
