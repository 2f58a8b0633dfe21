import { UploadEvent } from '../../shared/imports/jobs.ts';
import { planUploads } from '../../shared/imports/plan-import.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { importServices } from '../../shared/services.ts';

export const handler = queueHandler(UploadEvent, (event) => planUploads(importServices(), event));
