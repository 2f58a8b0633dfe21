import * as z from 'zod';
import type { ContactJob } from '../contact-jobs/contact-job.ts';
import { type FoundJob, findJobs } from '../contact-jobs/find-jobs.ts';
import { presentJob } from '../contact-jobs/present-job.ts';
import { planSelection } from '../contact-jobs/selection.ts';
import { startJob } from '../contact-jobs/start-job.ts';
import type { JobServices } from '../contact-jobs/work.ts';
import { notFound } from '../errors.ts';
import { isoAfter } from '../platform/clock.ts';
import { type PageQuery, type Position, readPage } from '../platform/http/page.ts';
import type { Caller } from '../platform/http/route.ts';
import { type ContactExport, keptSeconds, type NewContactExport } from './export.ts';
import { fileKey } from './export-objects.ts';

const urlSeconds = 15 * 60;
/** Jobs that one request looks at for the exports among them. */
const mostRead = 500;

const Facts = z.object({ bytes: z.number(), rows: z.number() });
const Failure = z.object({ code: z.string(), message: z.string() });

/** What people do with exports of contacts. */
export const exportManagement = (services: JobServices) => {
  const { table, clock } = services;
  const jobsOf = ({ organizationId }: Caller) => findJobs(table, organizationId);

  const present = async (
    { organizationId }: Caller,
    job: FoundJob,
    errors: ContactJob['errors'],
  ): Promise<ContactExport | undefined> => {
    const { id, request, status, completedAt, createdAt, result } = job;
    if (request.kind !== 'export') return undefined;
    const { format } = request;
    const now = clock();
    const isKept = completedAt !== undefined && isoAfter(new Date(completedAt), keptSeconds) > now.toISOString();
    const facts = status === 'completed' && isKept ? Facts.parse(result) : undefined;
    const filename = `contacts-${createdAt.slice(0, 10)}.${format}`;
    return {
      ...presentJob(job, errors),
      format,
      file: facts
        ? {
            ...facts,
            url: await services.exports().downloadUrl(fileKey(organizationId, id), filename, urlSeconds),
            expiresAt: isoAfter(now, urlSeconds),
            format,
            filename,
          }
        : null,
      failure: Failure.safeParse(status === 'failed' ? result : undefined).data ?? null,
    };
  };

  const presentWhole = async (caller: Caller, job: FoundJob | undefined): Promise<ContactExport> => {
    const shown = job && (await present(caller, job, await jobsOf(caller).errors(job.id)));
    if (!shown) throw notFound('Export');
    return shown;
  };

  return {
    /** @throws AppError NOT_FOUND for an unknown list */
    start: async (caller: Caller, { format, contactIds, filter = {} }: NewContactExport): Promise<ContactExport> => {
      const wanted = contactIds ? { contactIds } : { filter };
      const { selection, ...plan } = await planSelection(services, caller.organizationId, wanted);
      return presentWhole(caller, await startJob(services, caller, { kind: 'export', selection, format }, plan));
    },

    /** @throws AppError NOT_FOUND */
    find: async (caller: Caller, jobId: string) => presentWhole(caller, await jobsOf(caller).get(jobId)),

    list: (caller: Caller, query: PageQuery) =>
      readPage(query, null, async (after, limit) => {
        const items: ContactExport[] = [];
        let position: Position | undefined = after;
        for (let looked = 0; looked < mostRead && items.length < limit; ) {
          const page = await jobsOf(caller).page(position, limit - items.length);
          for (const job of page.items) items.push(...[(await present(caller, job, [])) ?? []].flat());
          position = page.next;
          looked += limit;
          if (position === undefined) break;
        }
        return { items, next: position };
      }),
  };
};
