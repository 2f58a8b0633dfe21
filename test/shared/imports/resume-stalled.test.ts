import { expect, test } from 'vitest';
import type { UploadEvent } from '../../../shared/imports/jobs.ts';
import { planUploads } from '../../../shared/imports/plan-import.ts';
import { previewImport } from '../../../shared/imports/preview-import.ts';
import { resumeStalled } from '../../../shared/imports/resume-stalled.ts';
import { isoAfter, systemClock } from '../../../shared/platform/clock.ts';
import { aCaller } from '../../support/a-caller.ts';
import { anImporter } from '../../support/an-import.ts';
import { localTable } from '../../support/local-table.ts';

const table = await localTable();

/** The schedule, as it runs that many seconds from now. */
const scheduleIn = async (importer: ReturnType<typeof anImporter>, seconds: number) => {
  const plans: UploadEvent[] = [];
  await resumeStalled({
    ...importer.services,
    clock: () => new Date(isoAfter(systemClock(), seconds)),
    plans: {
      send: async (_organizationId, events) => {
        plans.push(...events);
      },
    },
  });
  return plans;
};

test('chunks whose messages were lost are sent again until the job is completed', async () => {
  const importer = anImporter(table, { rows: 1 });
  const jobId = await importer.planned('phone\n2025550101\n2025550102\n2025550103\n');
  importer.queue.splice(0);

  await scheduleIn(importer, 100);
  await importer.drain();

  expect(await importer.find(jobId)).toMatchObject({ status: 'completed', results: { imported: 3 } });
});

test('a job that moves is left alone', async () => {
  const importer = anImporter(table, { rows: 1 });
  await importer.planned('phone\n2025550101\n');
  importer.queue.splice(0);

  await scheduleIn(importer, 10);

  expect(importer.queue).toEqual([]);
});

test('an upload whose event was lost is planned, and one that never came expires', async () => {
  const importer = anImporter(table);
  const file = 'phone\n2025550101\n';
  const lost = await importer.announce(file.length);
  const missing = await importer.announce(file.length);
  await importer.upload(lost, file);

  const plans = await scheduleIn(importer, 1000);
  for (const plan of plans) await planUploads(importer.services, plan);
  await importer.drain();

  expect(await importer.find(lost)).toMatchObject({ status: 'completed', results: { imported: 1 } });
  expect(await importer.find(missing)).toMatchObject({ status: 'failed', failure: { code: 'UPLOAD_EXPIRED' } });
});

test('a dry run whose messages were lost goes on, and one whose last step was lost ends', async () => {
  const importer = anImporter(table, { rows: 1 });
  const jobId = await importer.planned('phone\n2025550101\n2025550102\n', { autoStart: false });
  const preview = () => previewImport(importer.services, aCaller(importer.organizationId), jobId, {});
  await preview();
  importer.queue.splice(0);

  await scheduleIn(importer, 100);
  const sent = new Set(importer.queue.map(({ index }) => index));
  await importer.drain();

  expect(sent).toEqual(new Set([0, 1]));
  expect((await preview()).counts).toMatchObject({ final: true, newContacts: 2 });
});

test('a job that waits for people is left alone for days, and ends when nobody executes it', async () => {
  const importer = anImporter(table);
  const jobId = await importer.planned('phone\n2025550101\n', { autoStart: false });

  await scheduleIn(importer, 1000);
  const waiting = await importer.find(jobId);
  await scheduleIn(importer, 6 * 24 * 3600 + 60);

  expect(waiting).toMatchObject({ status: 'pending', stage: 'ready' });
  expect(await importer.find(jobId)).toMatchObject({ status: 'failed', failure: { code: 'NOT_EXECUTED' } });
});

test('what is over is looked at no more', async () => {
  const importer = anImporter(table);
  await importer.imported('phone\n2025550101\n');
  await scheduleIn(importer, 5000);

  const again = await resumeStalled({
    ...importer.services,
    clock: () => new Date(isoAfter(systemClock(), 10_000)),
    plans: { send: async () => undefined },
  });

  expect(again).toEqual({ looked: 0, acted: 0 });
});
