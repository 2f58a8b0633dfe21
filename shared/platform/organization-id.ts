import * as z from 'zod';

/** The organization that owns a key, a token, a message or an object. Branded: no other string passes for it. */
export const OrganizationId = z.uuid().brand<'OrganizationId'>();
export type OrganizationId = z.infer<typeof OrganizationId>;
