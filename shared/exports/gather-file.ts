import * as z from 'zod';
import type { ExportFormat } from '../contact-jobs/contact-job.ts';
import { mapConcurrently } from '../platform/concurrent.ts';
import type { Objects } from '../platform/objects.ts';
import type { OrganizationId } from '../platform/organization-id.ts';
import { OwnColumns } from './contact-row.ts';
import { exportObjects, fileKey } from './export-objects.ts';
import { fileWriter, mediaTypes } from './file-writer.ts';

/** How far the file of an export is. */
const Gathering = z.object({
  stage: z.enum(['writing', 'joining', 'removing']),
  columns: OwnColumns,
  /** Pages of each part, and how many of all are in the file. */
  pages: z.array(z.number()),
  written: z.number(),
  rows: z.number(),
  /** Bytes that stand in the bucket as parts of the file, and by which ETags. */
  bytes: z.number(),
  uploadId: z.string().optional(),
  etags: z.array(z.string()),
  /** What was too small for a part waits in the last of so many objects. */
  rests: z.number(),
  rest: z.number().optional(),
  place: z.record(z.string(), z.unknown()),
  removed: z.number(),
});
type Gathering = z.infer<typeof Gathering>;

/** S3 takes no smaller parts, the last excepted. */
const smallestPart = 5 * 1024 * 1024;
const pagesAtOnce = 4;
/** Of a thousand contacts each: a second or two. */
const mostPages = 64;
const mostRemoved = 2000;

export const beginGathering = (pages: number[], columns: OwnColumns): Gathering => ({
  stage: 'writing',
  columns,
  pages,
  written: 0,
  rows: 0,
  bytes: 0,
  etags: [],
  rests: 0,
  place: {},
  removed: 0,
});

/**
 * Makes the one file of an export out of its pages, step by step: a step puts a part of it, and the last ones join the
 * parts and remove what was on the way. Made again, a step puts the same.
 */
export const fileGathering = (
  objects: Objects,
  organizationId: OrganizationId,
  jobId: string,
  format: ExportFormat,
) => {
  const kept = exportObjects(objects, organizationId, jobId);
  const key = fileKey(organizationId, jobId);
  const pagesOf = ({ pages }: Gathering) =>
    pages.flatMap((steps, part) => Array.from({ length: steps }, (_, step) => ({ part, step })));

  const write = async (before: Gathering): Promise<Gathering> => {
    const { rest: waiting, ...going } = before;
    const pages = pagesOf(before);
    const writer = fileWriter(format, before.columns, before.place);
    const pieces: Uint8Array[] = waiting === undefined ? [] : [await kept.rest(waiting)];
    if (before.written === 0) pieces.push(writer.begin());
    let size = pieces.reduce((sum, { length }) => sum + length, 0);
    let { written, rows } = before;
    while (written < pages.length && written < before.written + mostPages && size < smallestPart) {
      const some = pages.slice(written, written + pagesAtOnce);
      for (const lines of await mapConcurrently(some, pagesAtOnce, ({ part, step }) => kept.page(part, step))) {
        const piece = writer.rows(lines);
        pieces.push(piece);
        size += piece.length;
        rows += lines.length;
      }
      written += some.length;
    }
    const isLast = written === pages.length;
    if (isLast) pieces.push(writer.end());
    const body = Buffer.concat(pieces);
    const after = { ...going, written, rows, place: writer.place() };
    if (isLast && before.uploadId === undefined) {
      await objects.put(key, body, mediaTypes[format]);
      return { ...after, bytes: body.length, stage: 'removing' };
    }
    if (!isLast && body.length < smallestPart) {
      await kept.keepRest(before.rests, body);
      return { ...after, rest: before.rests, rests: before.rests + 1 };
    }
    const uploadId = before.uploadId ?? (await objects.beginUpload(key, mediaTypes[format]));
    const etag = await objects.putPart(key, uploadId, before.etags.length + 1, body);
    return {
      ...after,
      uploadId,
      etags: [...before.etags, etag],
      bytes: before.bytes + body.length,
      stage: isLast ? 'joining' : 'writing',
    };
  };

  const join = async (before: Gathering): Promise<Gathering> => {
    await objects.completeUpload(key, before.uploadId ?? '', before.etags);
    return { ...before, stage: 'removing' };
  };

  const remove = async (before: Gathering): Promise<Gathering | undefined> => {
    const all = [
      ...pagesOf(before).map(
        ({ part, step }) =>
          () =>
            kept.removePage(part, step),
      ),
      ...Array.from({ length: before.rests }, (_, rest) => () => kept.removeRest(rest)),
    ];
    if (before.removed >= all.length) return undefined;
    const some = all.slice(before.removed, before.removed + mostRemoved);
    await mapConcurrently(some, 10, (removal) => removal());
    return { ...before, removed: before.removed + some.length };
  };

  return {
    /** Answers undefined when the file is there and nothing else. */
    next: async (gathered: Record<string, unknown>): Promise<Gathering | undefined> => {
      const before = Gathering.parse(gathered);
      return { writing: write, joining: join, removing: remove }[before.stage](before);
    },
    factsOf: (gathered: Record<string, unknown>) => {
      const { bytes, rows } = Gathering.parse(gathered);
      return { bytes, rows };
    },
  };
};
