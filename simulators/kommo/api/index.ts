import type { Reply } from '../hal.ts';
import { accountRoutes } from './account.ts';
import type { Call } from './call.ts';
import { callRoutes } from './calls.ts';
import { elementRoutes } from './catalog-elements.ts';
import { catalogRoutes } from './catalogs.ts';
import { complexRoutes } from './complex.ts';
import { personRoutes } from './contacts.ts';
import { eventRoutes, oneEvent } from './events.ts';
import { fieldRoutes } from './fields.ts';
import { leadRoutes } from './leads.ts';
import { linkRoutes } from './links.ts';
import { lossReasonRoutes } from './loss-reasons.ts';
import { noteRoutes } from './notes.ts';
import { pipelineReadRoutes } from './pipeline-reads.ts';
import { pipelineWriteRoutes } from './pipelines.ts';
import { createRouter } from './router.ts';
import { tagRoutes } from './tags.ts';
import { taskRoutes } from './tasks.ts';
import { unsortedCall, unsortedRoutes } from './unsorted.ts';
import { userRoutes } from './users.ts';
import { webhookRoutes } from './webhooks.ts';

export { type Call, countItems } from './call.ts';
export { missingPart } from './not-simulated.ts';
export { notFound } from './router.ts';

const route = createRouter('/api/v4', {
  ...accountRoutes,
  ...callRoutes,
  ...catalogRoutes,
  ...complexRoutes,
  ...elementRoutes,
  ...eventRoutes,
  ...fieldRoutes,
  ...leadRoutes,
  ...linkRoutes,
  ...lossReasonRoutes,
  ...noteRoutes,
  ...personRoutes,
  ...pipelineReadRoutes,
  ...pipelineWriteRoutes,
  ...tagRoutes,
  ...taskRoutes,
  ...unsortedRoutes,
  ...userRoutes,
  ...webhookRoutes,
});

/** Answers a call of an authorised user to `/api/v4`. */
export function answerCall(call: Call): Reply {
  const event =
    call.method === 'GET' ? /^\/api\/v4\/events\/([0-9a-z]{26})$/.exec(call.path)?.[1] : undefined;
  return event ? oneEvent(call, event) : (unsortedCall(call) ?? route(call));
}
