import type { Reply } from '../hal.ts';
import { accountRoutes } from './account.ts';
import type { Call } from './call.ts';
import { catalogRoutes } from './catalog.ts';
import { personRoutes } from './contacts.ts';
import { eventRoutes, oneEvent } from './events.ts';
import { fieldRoutes } from './fields.ts';
import { leadRoutes } from './leads.ts';
import { noteRoutes } from './notes.ts';
import { createRouter } from './router.ts';
import { tagRoutes } from './tags.ts';
import { taskRoutes } from './tasks.ts';
import { webhookRoutes } from './webhooks.ts';

export { type Call, countItems } from './call.ts';
export { notFound } from './router.ts';

const route = createRouter('/api/v4', {
  ...accountRoutes,
  ...catalogRoutes,
  ...eventRoutes,
  ...fieldRoutes,
  ...leadRoutes,
  ...noteRoutes,
  ...personRoutes,
  ...tagRoutes,
  ...taskRoutes,
  ...webhookRoutes,
});

/** Answers a call of an authorised user to `/api/v4`. */
export function answerCall(call: Call): Reply {
  const event =
    call.method === 'GET' ? /^\/api\/v4\/events\/([0-9a-z]{26})$/.exec(call.path)?.[1] : undefined;
  return event ? oneEvent(call, event) : route(call);
}
