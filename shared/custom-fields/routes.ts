import * as z from 'zod';
import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { CustomField, CustomFieldChange, NewCustomField } from './custom-field.ts';

export const customFieldRoutes = defineRoutes({
  listCustomFields: {
    method: 'GET',
    path: '/custom-fields',
    summary: 'What the organization’s own fields of contacts are, by name',
    access: 'contacts:read',
    status: 200,
    returns: z.object({ data: z.array(CustomField) }),
  },
  createCustomField: {
    method: 'POST',
    path: '/custom-fields',
    summary: 'Defines a field: from now on contacts take values of its type only',
    access: 'lists:manage',
    body: NewCustomField,
    status: 201,
    returns: one(CustomField),
    errors: ['DUPLICATE', 'CONFLICT'],
  },
  updateCustomField: {
    method: 'PUT',
    path: '/custom-fields/{fieldId}',
    summary: 'Changes a field’s label or choices; its name and its type stay',
    access: 'lists:manage',
    body: CustomFieldChange,
    status: 200,
    returns: one(CustomField),
    errors: ['STALE_VERSION', 'CONFLICT'],
  },
  deleteCustomField: {
    method: 'DELETE',
    path: '/custom-fields/{fieldId}',
    summary: 'Forgets a field’s definition; contacts keep their values and take any again',
    access: 'lists:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
});
