import * as z from 'zod';
import { ContactList, ListName } from '../contact-lists/contact-list.ts';
import { Tags } from '../contacts/contact.ts';
import { ContactFilter } from '../contacts/contact-filter.ts';
import { duplicateReasons } from '../contacts/likeness.ts';

/** Contacts that one request may name: by the hundred, their parts fit one transaction. */
export const mostContactIds = 9000;

/** Errors that a job shows. */
export const mostShownErrors = 100;

/** Contacts by their ids. */
export const ContactIds = z
  .array(z.uuid().toLowerCase())
  .min(1)
  .max(mostContactIds)
  .transform((ids) => [...new Set(ids)]);

/** Contacts by their ids, or all that a filter means; an empty filter means everybody. */
export type Wanted = { contactIds: readonly string[] } | { filter: ContactFilter };

/** The same as a job keeps it: ids stand with its parts, since every step writes the job anew. */
export const Selection = z.union([z.object({ named: z.number().int() }), z.object({ filter: ContactFilter })]);
export type Selection = z.infer<typeof Selection>;

const listId = z.uuid().toLowerCase();
const tags = z.strictObject({ tags: Tags.refine((some) => some.length > 0, 'At least one tag') });

/** What is done to each contact. */
export const BulkAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('add-tags'), data: tags }),
  z.object({ action: z.literal('remove-tags'), data: tags }),
  z.object({ action: z.literal('add-to-list'), data: z.strictObject({ listId }) }),
  z.object({ action: z.literal('remove-from-list'), data: z.strictObject({ listId }) }),
  z.object({
    action: z.literal('move-to-list'),
    data: z.strictObject({
      listId,
      fromListId: listId.optional().meta({ description: 'The list to leave; without it, all others' }),
    }),
  }),
  z.object({ action: z.literal('delete') }),
]);
export type BulkAction = z.infer<typeof BulkAction>;

/** What a file of contacts is written as. */
export const ExportFormat = z.enum(['csv', 'xlsx', 'jsonl']);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** What a job is to do. */
export const JobRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('count'), selection: Selection }),
  z.object({ kind: z.literal('bulk'), selection: Selection, does: BulkAction }),
  z.object({
    kind: z.enum(['copy-list', 'merge-lists']),
    /** In the order in which they can be deleted. */
    sourceListIds: z.array(z.string()),
    listId: z.string(),
    deleteSources: z.boolean(),
  }),
  z.object({ kind: z.literal('undo'), jobId: z.string() }),
  z.object({
    kind: z.literal('undo-import'),
    jobId: z.string(),
    at: z.string(),
    listId: z.string().optional(),
  }),
  z.object({ kind: z.literal('export'), selection: Selection, format: ExportFormat }),
  z.object({
    kind: z.literal('deduplicate'),
    dryRun: z.boolean(),
    reasons: z.array(z.enum(duplicateReasons)),
    listId: z.string().optional(),
    slices: z.number(),
  }),
  z.object({ kind: z.literal('merge-duplicates'), jobId: z.string() }),
]);
export type JobRequest = z.infer<typeof JobRequest>;

export const JobStatus = z.enum(['processing', 'completed', 'failed']);

/** Why something was not done to one contact. */
export const JobError = z
  .object({ contactId: z.string(), code: z.string(), error: z.string() })
  .meta({ id: 'ContactJobError' });
export type JobError = z.infer<typeof JobError>;

export const ContactJob = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    action: z.string().nullable().meta({ description: 'Of a bulk operation' }),
    status: JobStatus,
    progress: z.number().int().min(0).max(100),
    processed: z
      .number()
      .int()
      .meta({ description: 'Contacts that the job was meant for, so far; of duplicates, groups' }),
    successful: z.number().int(),
    failed: z.number().int(),
    errors: z.array(JobError).meta({ description: 'The first hundred' }),
    createdBy: z.object({ id: z.string(), name: z.string() }),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    undoableUntil: z.iso.datetime().nullable(),
    undoneBy: z.uuid().nullable().meta({ description: 'The job that takes this one back' }),
  })
  .meta({ id: 'ContactJob' });
export type ContactJob = z.infer<typeof ContactJob>;

const exclusive = {
  path: ['filter'],
  error: 'Give contactIds or filter, and not both',
};

/** The body of a bulk operation. */
export const BulkOperation = z
  .strictObject({
    action: z.enum(['add-tags', 'remove-tags', 'add-to-list', 'remove-from-list', 'move-to-list', 'delete']),
    contactIds: ContactIds.optional(),
    filter: ContactFilter.optional(),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ contactIds: ids, filter }) => (ids === undefined) !== (filter === undefined), exclusive)
  .meta({
    id: 'BulkOperation',
    examples: [{ action: 'add-tags', contactIds: ['0198c5f6-6a0e-4f7e-9d0e-2f6c3a1b4c5d'], data: { tags: ['vip'] } }],
  });
export type BulkOperation = z.infer<typeof BulkOperation>;

/** What a bulk operation answers: all of it when it was small, how far it is when it goes on as a job. */
export const BulkAnswer = z
  .object({
    message: z.string(),
    jobId: z.uuid(),
    status: JobStatus,
    processed: z.number().int(),
    successful: z.number().int(),
    failed: z.number().int(),
    errors: z.array(JobError),
  })
  .meta({ id: 'BulkAnswer' });

/** Lists that one request may merge: they are read at once. */
const mostSources = 20;

export const ListCopy = z
  .strictObject({ name: ListName })
  .meta({ id: 'ListCopy', examples: [{ name: 'Copy of leads' }] });

/** Which lists go into which: one that is there, or a new one. */
export const ListMerge = z
  .strictObject({
    sourceListIds: z
      .array(listId)
      .min(1)
      .max(mostSources)
      .transform((ids) => [...new Set(ids)]),
    targetListId: listId.optional(),
    name: ListName.optional().meta({ description: 'Of the list that is made, where no target is given' }),
    deleteSources: z
      .boolean()
      .default(false)
      .meta({ description: 'Once all of their members are in the target; such a merge cannot be taken back' }),
  })
  .refine(({ targetListId, name }) => (targetListId === undefined) !== (name === undefined), {
    path: ['targetListId'],
    error: 'Give targetListId or name, and not both',
  })
  .meta({
    id: 'ListMerge',
    examples: [{ sourceListIds: ['0198c5f6-6a0e-4f7e-9d0e-2f6c3a1b4c5d'], name: 'All voters' }],
  });
export type ListMerge = z.infer<typeof ListMerge>;

/** The list that a copy or a merge fills, as it stands, and the job that does it. */
export const ListJob = z.object({ list: ContactList, job: ContactJob }).meta({ id: 'ListJob' });
