import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { DeadLetters } from '../store/dead-letters.ts';

/** More ids in one request than any chunk or question needs. */
const MAX_IDS = 1_000;
/** Ids that one selection may name; as many as fit into the body limit. */
const MAX_SELECTED = 10_000;
const MAX_LISTED = 1_000;

const id = z.int().positive();
const ms = z.int().nonnegative();
const ids = (most: number) => z.array(id).min(1).max(most);

const wanted = z.strictObject({
  ids: ids(MAX_SELECTED).optional(),
  connection: z.string().optional(),
  deal: id.optional(),
  reason: z.string().min(1).max(1_000).optional(),
  since: ms.optional(),
  until: ms.optional(),
});
const chunk = z.strictObject({ ids: ids(MAX_IDS), until: ms.optional() });
const asked = z.strictObject({ ids: ids(MAX_IDS) });
const discarded = wanted.extend({ why: z.string().trim().min(1).max(1_000) });

const number = z.coerce.number().pipe(ms);
const listQuery = z.strictObject({
  ids: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(ids(MAX_IDS))
    .optional(),
  connection: z.string().optional(),
  deal: number.optional(),
  reason: z.string().min(1).max(1_000).optional(),
  since: number.optional(),
  until: number.optional(),
});
const pageQuery = listQuery.extend({
  above: number.default(0),
  limit: number.pipe(z.number().min(1).max(MAX_LISTED)).default(200),
});

/**
 * What can be asked and done about dead letters. Times are ms since 1970.
 *
 * - `GET /api/failures?connection&deal&reason&since&until&ids` → `Failures`: groups by cause
 * - `GET /api/failures/list?…&above&limit` → `{ letters, next }`; `next` is the `above` of the next page, or null
 * - `POST /api/replay/plan` with a selection → `ReplayPlan`
 * - `POST /api/replay` `{ ids, until }` → `{ taken, blocked }`: one chunk
 * - `POST /api/replay/progress` `{ ids }` → `Progress`
 * - `POST /api/discard` with a selection and `why` → `{ discarded }`
 */
export async function deadLetterRoutes(
  app: FastifyInstance,
  letters: () => Promise<DeadLetters>,
): Promise<void> {
  app.get('/api/failures', async (request) => (await letters()).failures(read(listQuery, request.query)));

  app.get('/api/failures/list', async (request) => {
    const { above, limit, ...query } = read(pageQuery, request.query);
    const found = await (await letters()).list(query, above, limit);
    return { letters: found, next: found.length < limit ? null : found.at(-1)!.id };
  });

  app.post('/api/replay/plan', async (request) => (await letters()).plan(read(wanted, request.body)));
  app.post('/api/replay', async (request) => (await letters()).replay(read(chunk, request.body)));
  app.post('/api/replay/progress', async (request) =>
    (await letters()).progress(read(asked, request.body).ids),
  );
  app.post('/api/discard', async (request) => {
    const { why, ...selection } = read(discarded, request.body);
    return (await letters()).discard(selection, why);
  });
}

/** A request that makes no sense, for Fastify's error handler. */
class BadRequest extends Error {
  readonly statusCode = 400;
}

/** @throws BadRequest with each mistake in words. */
function read<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new BadRequest(`This request makes no sense. ${mistakes.join('. ')}.`);
}
