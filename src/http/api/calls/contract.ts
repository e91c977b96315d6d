import { z } from 'zod';
import { connectionName, id, ms } from '../common-schemas.ts';
import type { Route } from '../route.ts';

export const callsQuery = z.strictObject({ connection: connectionName.optional() });

export const call = z.object({
  connection: connectionName,
  dealId: id,
  /** The names of the deal and of the client; null where they were not read. */
  deal: z.string().nullable(),
  client: z.string().nullable(),
  /** The client's identifier in Customer.io; null where nobody is known. */
  person: z.string().nullable(),
  /** The deal in Kommo. */
  link: z.string(),
  /** Tasks that Stagepost has created on the deal, the one that is due first comes first. `event` is what they are about. */
  tasks: z.array(z.object({ text: z.string(), dueAt: ms, event: id })),
  /** The latest click in an email that the deal's present stage has started; `event` is the stage change. */
  click: z.object({ at: ms, event: id }).nullable(),
});
export type Call = z.output<typeof call>;

/** Those with a task by when it is due, then those who clicked, the latest first. */
export const calls = z.object({
  calls: z.array(call),
  /** Whether there are more than the newest ones that are listed. */
  more: z.boolean(),
});
export type Calls = z.output<typeof calls>;

export const callRoutes = {
  calls: {
    method: 'GET',
    path: '/api/calls',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'deals and people',
    summary:
      'Whom to call: deals with a task of the last seven days, and those whose client clicked in the last three days and that are still in the same stage',
    query: callsQuery,
    answer: calls,
  },
} as const satisfies Record<string, Route>;
