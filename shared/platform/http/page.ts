import * as z from 'zod';
import { AppError } from '../../errors.ts';

/** How deep `page` may reach before a client must follow the cursor. */
const deepestItem = 1000;

/** The query of every list: a page number for people, a cursor for everything that scales. */
export const pageQuery = z.strictObject({
  page: z.coerce.number().int().min(1).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(1000).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

export const pagination = z
  .object({
    page: z.number().int(),
    limit: z.number().int(),
    total: z.number().int().nullable().meta({ description: 'Exact where a counter exists, otherwise null' }),
    pages: z.number().int().nullable(),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Pagination' });

/** `{ data: [item], pagination }`: the answer of every list. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), pagination });

/** `{ data: thing }`: the answer about one thing. */
export const one = <T extends z.ZodType>(thing: T) => z.object({ data: thing });

/** `{ message }`: the answer of a deletion. */
export const message = z.object({ message: z.string() }).meta({ id: 'Message' });

/** Where a walk stopped: the partition by its place in the walk, and the last sort key read there. */
export const Position = z.tuple([z.number().int().min(0), z.string().max(600).nullable()]);
export type Position = z.infer<typeof Position>;

export const encodeCursor = (position: Position) => Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws AppError INVALID_CURSOR for anything that this API did not hand out. */
export const decodeCursor = (cursor: string): Position => {
  try {
    return Position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new AppError('INVALID_CURSOR', 'The cursor is not one that this API handed out', { field: 'cursor' });
  }
};

/**
 * Reads one page with `read`, which answers up to `limit` items after a position and where to go on.
 * A page number is served by reading forward. A `total` that is still being read is waited for beside that.
 * @throws AppError INVALID_CURSOR, PAGE_TOO_DEEP
 */
export const readPage = async <T>(query: PageQuery, total: Total | Promise<Total>, read: ReadItems<T>) => {
  const [{ items, next }, counted] = await Promise.all([readForward(query, read), total]);
  return answer(items, query, counted, next);
};

/** Exact, or null where no counter exists. */
type Total = number | null;

type ReadItems<T> = (after: Position | undefined, limit: number) => Promise<{ items: T[]; next: Position | undefined }>;

const readForward = async <T>(query: PageQuery, read: ReadItems<T>): ReturnType<ReadItems<T>> => {
  const skipped = query.cursor ? 0 : (query.page - 1) * query.limit;
  if (skipped + query.limit > deepestItem) throw tooDeep();
  let after = query.cursor ? decodeCursor(query.cursor) : undefined;
  let left = skipped;
  while (left > 0) {
    const wanted = left;
    const { items, next } = await read(after, wanted);
    left -= items.length;
    if (!next) return { items: [], next };
    // A filtered read that gave up short of what was asked has read its bound already.
    if (items.length < wanted) throw tooDeep();
    after = next;
  }
  return read(after, query.limit);
};

const tooDeep = () =>
  new AppError('PAGE_TOO_DEEP', `Pages reach ${deepestItem} items; follow pagination.nextCursor`, { field: 'page' });

const answer = <T>(data: T[], { page, limit }: PageQuery, total: Total, next: Position | undefined) => ({
  data,
  pagination: {
    page,
    limit,
    total,
    pages: total === null ? null : Math.ceil(total / limit),
    nextCursor: next ? encodeCursor(next) : null,
  },
});
