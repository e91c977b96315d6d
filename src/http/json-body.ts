import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networksOf } from './auth/network.ts';
import { readBody } from './body.ts';
import { type BodyBudget, BodyBudgetExceeded } from './body-budget.ts';
import { HttpError } from './http-error.ts';
import { hasMoreValues } from './json-values.ts';
import { ParseTurns } from './parse-turns.ts';

/** More values than any page of the console sends. Reading so many brackets takes 0.1 s, and finding mistakes in them longer. */
export const MAX_VALUES = 50_000;
/** Smaller bodies are read at once, in bytes: a sign-in has a hundred. */
const SMALL_BODY = 2_000;

/** Reads JSON bodies within the budget of all bodies; Fastify's own reader has no common bound. */
export function takeJsonBodies(app: FastifyInstance, budget: BodyBudget): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  const turns = new ParseTurns();
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage, done) => {
    readJsonText(request, payload, budget, turns).then(
      (text) => parse(request, text, done),
      (error: Error) => done(error),
    );
  });
}

/** @throws an error with the status 400, 413 or 503 */
async function readJsonText(
  request: FastifyRequest,
  payload: IncomingMessage,
  budget: BodyBudget,
  turns: ParseTurns,
): Promise<string> {
  const limit = request.routeOptions.bodyLimit;
  const isAnnouncedTooLarge = Number(request.headers['content-length']) > limit;
  const memory = { budget, network: networksOf(request.ip).wide };
  const body = isAnnouncedTooLarge ? null : await readBody(payload, limit, memory).catch(asHttpError);
  if (body === null) throw new HttpError(413, `This is too large: ${limit / 1000} kilobytes are the most.`);
  if (body.length > SMALL_BODY) await withMemory(memory, body.length, () => turns.next());
  const text = body.toString('utf8');
  if (hasMoreValues(text, MAX_VALUES))
    throw new HttpError(400, `The request holds more than ${MAX_VALUES} values.`);
  return text;
}

/** Keeps the memory of a body in the budget while it waits. @throws BodyBudgetExceeded */
async function withMemory(
  { budget, network }: { budget: BodyBudget; network: string },
  bytes: number,
  wait: () => Promise<void>,
): Promise<void> {
  const dropped = Promise.withResolvers<never>();
  const held = budget.open(network, () => dropped.reject(new BodyBudgetExceeded()));
  try {
    if (!held.grow(bytes)) throw new BodyBudgetExceeded();
    await Promise.race([wait(), dropped.promise]);
  } finally {
    held.end();
  }
}

function asHttpError(error: unknown): never {
  if (error instanceof HttpError) throw error;
  throw new HttpError(400, 'The request ended before its body did.');
}
