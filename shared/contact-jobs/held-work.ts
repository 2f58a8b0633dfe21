import { AppError } from '../errors.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { Position } from '../platform/http/page.ts';
import type { JobError } from './contact-job.ts';
import type { StoredPart } from './contact-job-store.ts';
import type { Work } from './work.ts';

/** Contacts that are changed at once: more would only wait for connections. */
const atOnce = 10;

/** Contacts that a step is to change, and those that it can't. */
export interface HeldPage {
  contactIds: readonly string[];
  missing: readonly JobError[];
  examined: number;
  next: Position | undefined;
}

/** Does the work on one contact; a refusal becomes the error of that contact. @throws whatever is no refusal */
export const attempt = async (contactId: string, work: () => Promise<JobError | undefined>) => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) return { contactId, code: error.code, error: error.message };
    throw error;
  }
};

/**
 * Work that changes contacts one by one, in two steps each: which ones is written down before anything is done to
 * them. A try that died in between is then repeated for the same contacts, even where they are no longer found.
 */
export const heldWork = (
  read: (part: StoredPart) => Promise<HeldPage>,
  change: (contactId: string) => Promise<JobError | undefined>,
): Work => ({
  step: async (part) => {
    if (!part.held) {
      const { contactIds, missing, examined, next } = await read(part);
      if (contactIds.length === 0) return { next, examined, processed: missing.length, successful: 0, errors: missing };
      const held = { contactIds: [...contactIds], next: next ?? null };
      return { held, examined, processed: missing.length, successful: 0, errors: missing };
    }
    const { contactIds, next } = part.held;
    const outcomes = await mapConcurrently(contactIds, atOnce, (id) => attempt(id, () => change(id)));
    const errors = outcomes.flatMap((error) => error ?? []);
    const processed = contactIds.length;
    return { next: next ?? undefined, examined: 0, processed, successful: processed - errors.length, errors };
  },
});
