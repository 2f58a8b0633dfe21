import { auditWrites } from '../audit-logs/audit.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Caller } from '../platform/http/route.ts';
import { identifies } from './column.ts';
import { chosenOptions, type ImportExecution } from './import-options.ts';
import { importStore } from './import-store.ts';
import { keepMapping } from './manage-mappings.ts';
import { mappingOf, storedColumns } from './mapping.ts';
import { firstChunks, type ImportServices, sendChunks } from './run-import.ts';
import { type ImportLists, targetList } from './target-list.ts';
import { assertWaits, columnsUnder, findImport } from './waiting-import.ts';

/**
 * Starts a job that waits, as it was previewed or with what is chosen now. Done twice, it starts once.
 * @throws AppError NOT_FOUND; CONFLICT for a job that isn't ready or has failed; VALIDATION_ERROR for columns that
 * identify nobody or a list that can't take members; DUPLICATE for a name that is taken
 */
export const executeImport = async (
  services: ImportServices & { lists: ImportLists },
  caller: Caller,
  jobId: string,
  { listId, listName, saveMappingAs, ...trial }: ImportExecution,
): Promise<void> => {
  const { table, clock, ids, lists } = services;
  const { organizationId } = caller;
  const found = await findImport(table, caller, jobId);
  if (found.status === 'processing' || found.status === 'completed') return;
  const waiting = assertWaits(found);
  const { headers, columns } = await columnsUnder(services, caller, waiting, trial);
  if (!identifies(columns)) throw invalidField('mapping', 'No column fills phone or email: say which one does');
  const kept =
    saveMappingAs === undefined
      ? undefined
      : await keepMapping(
          services,
          caller,
          { name: saveMappingAs, mapping: mappingOf(headers, columns) },
          'saveMappingAs',
        );
  const target = (await targetList(lists, caller, listId, listName)) ?? found.listId;
  const options = chosenOptions(trial, found.options);
  const note = {
    action: 'import_executed',
    resource: 'import',
    resourceId: jobId,
    details: { filename: found.filename, ...(target === undefined ? {} : { listId: target }) },
  };
  const writes = [...(kept?.writes ?? []), ...auditWrites({ clock, ids }, caller, note)];
  const chosen = { columns: storedColumns(columns), options, listId: target };
  const executed = await importStore(table, organizationId).execute(jobId, chosen, clock(), writes);
  if (executed === 'refused')
    throw new AppError('DUPLICATE', 'A mapping has this name already', { field: 'saveMappingAs' });
  if (executed === 'done')
    await sendChunks(services, organizationId, jobId, firstChunks(services, waiting.plan.chunkCount));
};
