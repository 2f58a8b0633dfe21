import { ScrubBatch } from '../../shared/dnc/jobs.ts';
import { checkSlice } from '../../shared/dnc/run-scrub.ts';
import { taskHandler } from '../../shared/platform/triggers/task-handler.ts';
import { scrubServices } from '../../shared/services.ts';

export const handler = taskHandler(ScrubBatch, async ({ Items, BatchInput }) => {
  for (const { slice } of Items) await checkSlice(scrubServices(), BatchInput, slice);
  return { slices: Items.length };
});
