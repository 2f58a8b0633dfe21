import { importChunk } from '../../shared/imports/import-chunk.ts';
import { ChunkMessage } from '../../shared/imports/jobs.ts';
import { queueHandler } from '../../shared/platform/triggers/queue-handler.ts';
import { importServices } from '../../shared/services.ts';

export const handler = queueHandler(ChunkMessage, (message) => importChunk(importServices(), message));
