import { message, one } from '../platform/http/page.ts';
import { defineRoutes } from '../platform/http/route.ts';
import { ClosureConfirmation, ClosureView } from './closure.ts';

export const closureRoutes = defineRoutes({
  requestClosure: {
    method: 'POST',
    path: '/organizations/current/closure',
    summary: 'Closes the organization: its data is exported, and erased a week later',
    access: 'org:manage',
    body: ClosureConfirmation,
    status: 202,
    returns: one(ClosureView),
    errors: ['CONFLICT'],
  },
  getClosure: {
    method: 'GET',
    path: '/organizations/current/closure',
    summary: 'How far the closing is, and the files of the export',
    access: 'org:manage',
    status: 200,
    returns: one(ClosureView),
  },
  cancelClosure: {
    method: 'DELETE',
    path: '/organizations/current/closure',
    summary: 'Stops the closing, as long as nothing was erased',
    access: 'org:manage',
    status: 200,
    returns: message,
    errors: ['CONFLICT'],
  },
  eraseOrganization: {
    method: 'POST',
    path: '/organizations/current/closure/erase',
    summary: 'Erases the organization without waiting for the end of the week',
    access: 'org:manage',
    body: ClosureConfirmation,
    status: 202,
    returns: one(ClosureView),
    errors: ['CONFLICT'],
  },
});
