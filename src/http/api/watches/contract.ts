import { z } from 'zod';
import { connectionName } from '../common-schemas.ts';
import type { Route } from '../route.ts';
import { watch } from '../subjects/contract.ts';

/** Running clocks, the next to run out first. `after` is the `next` of the page before. */
export const watchesQuery = z.strictObject({
  connection: connectionName.optional(),
  after: z
    .string()
    .regex(/^\d{1,15}-\d{1,15}$/, 'must be the `next` of another page')
    .optional(),
});
export const watches = z.object({
  watches: z.array(
    watch
      .pick({
        id: true,
        start: true,
        unless: true,
        person: true,
        dealId: true,
        startedAt: true,
        firesAt: true,
      })
      .extend({
        connection: connectionName,
        email: z.string().nullable(),
        /** The names of the deal and of its main contact; null where they were not read. */
        deal: z.string().nullable(),
        client: z.string().nullable(),
        /** The deal in Kommo. */
        link: z.string(),
      }),
  ),
  next: z.string().nullable(),
});
export type Watches = z.output<typeof watches>;

export const watchRoutes = {
  watches: {
    method: 'GET',
    path: '/api/watches',
    role: 'viewer',
    scope: 'named',
    audit: null,
    tag: 'deals and people',
    summary: 'Inactivity timers that run now, the next to run out first; 100 a page',
    query: watchesQuery,
    answer: watches,
  },
} as const satisfies Record<string, Route>;
