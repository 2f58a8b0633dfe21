import type { AuditNote } from '../audit-logs/audit.ts';
import { personalFields } from './contact.ts';

/** What the audit log says of a contact only for as long as there is the contact. */
const erasedFields = [...personalFields, 'otherPhones', 'otherEmails', 'tags', 'customFields', 'notes'];

/** The note of what was done to a contact, which `said` describes. */
export const contactNote = (
  action: string,
  contactId: string,
  said: Pick<AuditNote, 'before' | 'after' | 'details' | 'absorbed' | 'erases'>,
): AuditNote => ({ action, resource: 'contact', resourceId: contactId, personal: erasedFields, ...said });
