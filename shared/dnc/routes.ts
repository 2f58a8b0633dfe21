import * as z from 'zod';
import { message, one, pageOf, pageQuery } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { DncEntry, DncList, DncListChange, NewDncEntry, NewDncList } from './dnc.ts';
import { NewScrub, Scrub } from './scrub.ts';

const ScrubStarted = z
  .object({
    scrubJobId: z.uuid(),
    status: Scrub.shape.status,
    totalContacts: z.number().int(),
    estimatedCompletion: z.iso.datetime(),
  })
  .meta({ id: 'ScrubStarted' });

export const dncRoutes = defineRoutes({
  listDncLists: {
    method: 'GET',
    path: '/dnc-lists',
    summary: 'The Do-Not-Call lists of the organization, newest first',
    access: 'dnc:read',
    query: pageQuery,
    status: 200,
    returns: pageOf(DncList),
  },
  createDncList: {
    method: 'POST',
    path: '/dnc-lists',
    summary: 'Make a Do-Not-Call list',
    access: 'dnc:manage',
    body: NewDncList,
    status: 201,
    returns: one(DncList),
  },
  getDncList: {
    method: 'GET',
    path: '/dnc-lists/{dncListId}',
    summary: 'One Do-Not-Call list',
    access: 'dnc:read',
    status: 200,
    returns: one(DncList),
  },
  updateDncList: {
    method: 'PUT',
    path: '/dnc-lists/{dncListId}',
    summary: 'Change a Do-Not-Call list; an inactive one stops nothing',
    access: 'dnc:manage',
    body: DncListChange,
    status: 200,
    returns: one(DncList),
  },
  deleteDncList: {
    method: 'DELETE',
    path: '/dnc-lists/{dncListId}',
    summary: 'Delete a Do-Not-Call list that holds no numbers any more',
    access: 'dnc:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
  listDncEntries: {
    method: 'GET',
    path: '/dnc-entries',
    summary: 'Numbers on Do-Not-Call lists, of one list or all, or one number wherever it stands',
    access: 'dnc:read',
    query: pageQuery.extend({
      listId: z.uuid().optional(),
      search: z.string().min(1).max(40).optional().meta({ description: 'A phone number, whole' }),
    }),
    status: 200,
    returns: pageOf(DncEntry),
  },
  createDncEntry: {
    method: 'POST',
    path: '/dnc-entries',
    summary: 'Put a number on a Do-Not-Call list; it counts from the next message on',
    access: 'dnc:manage',
    body: NewDncEntry,
    status: 201,
    returns: one(DncEntry),
    errors: ['DUPLICATE'],
  },
  deleteDncEntry: {
    method: 'DELETE',
    path: '/dnc-entries/{dncEntryId}',
    summary: 'Take a number off a Do-Not-Call list',
    access: 'dnc:manage',
    status: 200,
    returns: message,
  },
  startScrub: {
    method: 'POST',
    path: '/dnc/scrub-campaign',
    summary: 'Check contact lists against Do-Not-Call lists; answers a job',
    access: 'dnc:manage',
    body: NewScrub,
    status: 202,
    returns: one(ScrubStarted),
  },
  getScrub: {
    method: 'GET',
    path: '/dnc/scrub-results/{jobId}',
    summary: 'How a scrub stands, its counts, and its clean list',
    access: 'dnc:read',
    status: 200,
    returns: one(Scrub),
  },
});
