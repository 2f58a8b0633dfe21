import { z } from 'zod';
import { Tags } from '../contacts/contact.ts';
import { Mapping } from './mapping.ts';

const Duplicates = z.enum(['skip', 'fill', 'overwrite']);

/** How rows are read and what becomes of them, as a job keeps it. */
export const ImportOptions = z.object({
  /** Of contacts that exist: they stay as they are, take what they lack, or take all that their rows hold. */
  duplicates: Duplicates.default('skip'),
  validatePhones: z.boolean(),
  defaultCountry: z.string(),
  tags: z.array(z.string()).optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

const options = {
  duplicates: Duplicates.optional().meta({
    description:
      'A contact that exists stays as it is (skip), takes what it lacks (fill), or takes all that its row holds (overwrite); skip unless said otherwise',
  }),
  skipDuplicates: z.boolean().optional().meta({ description: 'Older word: true is `skip`, false `overwrite`' }),
  validatePhones: z.boolean().optional().meta({
    description:
      'false: a row with an e-mail address is imported without its phone when that is invalid; true unless said otherwise',
  }),
  defaultCountry: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{2}$/, 'Two letters, as in US')
    .optional()
    .meta({ description: 'Of phones without a country code; else the organization’s' }),
  tags: Tags.optional().meta({ description: 'Every row gets these beside its own' }),
  mappingId: z
    .uuid()
    .toLowerCase()
    .optional()
    .meta({ description: 'A saved mapping; columns that the file lacks are left' }),
};

const list = {
  listId: z.uuid().toLowerCase().optional().meta({ description: 'Every valid row joins this list' }),
  listName: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .optional()
    .meta({ description: 'Makes a list, which every valid row joins' }),
};

const bothLists = { path: ['listName'], error: 'Give listId or listName, not both' };
const isOneList = ({ listId, listName }: { listId?: string | undefined; listName?: string | undefined }) =>
  !(listId && listName);
const bothWords = { path: ['skipDuplicates'], error: 'Give duplicates or skipDuplicates, not both' };
const isOneWord = ({ duplicates, skipDuplicates }: { duplicates?: unknown; skipDuplicates?: unknown }) =>
  duplicates === undefined || skipDuplicates === undefined;
const bothMappings = { path: ['mapping'], error: 'Give mapping or mappingId, not both' };
const isOneMapping = ({ mapping, mappingId }: { mapping?: unknown; mappingId?: unknown }) =>
  mapping === undefined || mappingId === undefined;

/** The largest file: S3 takes it in one PUT, and its rows in a day's time anywhere. */
export const mostFileBytes = 1024 ** 3;

export const NewImport = z
  .strictObject({
    filename: z.string().trim().min(1).max(255),
    fileSize: z
      .number()
      .int()
      .min(1, 'The file is empty')
      .max(mostFileBytes, 'The file may have 1 GiB at the most')
      .meta({ description: 'Bytes; the upload takes exactly as many' }),
    contentType: z
      .string()
      .max(100)
      .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?charset=[\w-]+)?$/, 'A media type, as in text/csv')
      .default('text/csv'),
    autoStart: z.boolean().default(true).meta({
      description: 'false: the file is read, and its job waits in stage `ready` for a preview and its execution',
    }),
    ...list,
    ...options,
  })
  .refine(isOneList, bothLists)
  .refine(isOneWord, bothWords)
  .meta({ id: 'NewImport', examples: [{ filename: 'contacts.csv', fileSize: 136890, listName: 'New leads' }] });
export type NewImport = z.infer<typeof NewImport>;

/** A form's fields are text. */
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** The fields of a form that brings its file along; lists of tags as `VIP, Blog`. */
export const ImportForm = z
  .strictObject({
    ...list,
    ...options,
    autoStart: flag.default(true),
    skipDuplicates: flag.optional(),
    validatePhones: flag.optional(),
    tags: z
      .string()
      .transform((text) => text.split(',').flatMap((tag) => tag.trim() || []))
      .pipe(Tags)
      .optional(),
  })
  .refine(isOneList, bothLists)
  .refine(isOneWord, bothWords)
  .meta({ id: 'ImportForm' });
export type ImportForm = z.infer<typeof ImportForm>;

const trial = { ...options, mapping: Mapping.optional() };
const jobId = z.uuid().toLowerCase();

/** What a preview tries out; what is absent is as announced. */
export const ImportTrial = z
  .strictObject(trial)
  .refine(isOneWord, bothWords)
  .refine(isOneMapping, bothMappings)
  .meta({ id: 'ImportTrial' });
export type ImportTrial = z.infer<typeof ImportTrial>;

export const LeadImportTrial = z
  .strictObject({ jobId, ...trial })
  .refine(isOneWord, bothWords)
  .refine(isOneMapping, bothMappings)
  .meta({ id: 'LeadImportTrial' });

const execution = {
  ...trial,
  ...list,
  saveMappingAs: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Keeps what the columns fill under this name, for the next file' }),
};

/** How an import is carried out; what is absent is as announced. */
export const ImportExecution = z
  .strictObject(execution)
  .refine(isOneList, bothLists)
  .refine(isOneWord, bothWords)
  .refine(isOneMapping, bothMappings)
  .meta({ id: 'ImportExecution' });
export type ImportExecution = z.infer<typeof ImportExecution>;

export const LeadImportExecution = z
  .strictObject({ jobId, ...execution })
  .refine(isOneList, bothLists)
  .refine(isOneWord, bothWords)
  .refine(isOneMapping, bothMappings)
  .meta({ id: 'LeadImportExecution' });

type Chosen = Pick<ImportTrial, 'duplicates' | 'skipDuplicates' | 'validatePhones' | 'defaultCountry' | 'tags'>;

/** The options that hold when these are chosen over those that held before. */
export const chosenOptions = (
  { duplicates, skipDuplicates, validatePhones, defaultCountry, tags }: Chosen,
  before: ImportOptions,
): ImportOptions => {
  const older = skipDuplicates === undefined ? undefined : skipDuplicates ? ('skip' as const) : ('overwrite' as const);
  const kept = tags ?? before.tags;
  return {
    duplicates: duplicates ?? older ?? before.duplicates,
    validatePhones: validatePhones ?? before.validatePhones,
    defaultCountry: defaultCountry ?? before.defaultCountry,
    ...(kept === undefined ? {} : { tags: kept }),
  };
};
