import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networksOf } from './auth/network.ts';
import { readBody } from './body.ts';
import type { BodyBudget } from './body-budget.ts';
import { HttpError } from './http-error.ts';

/** Reads JSON bodies within the budget of all bodies; Fastify's own reader has no common bound. */
export function takeJsonBodies(app: FastifyInstance, budget: BodyBudget): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage, done) => {
    readJsonText(request, payload, budget).then(
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
): Promise<string> {
  const limit = request.routeOptions.bodyLimit;
  const isAnnouncedTooLarge = Number(request.headers['content-length']) > limit;
  const memory = { budget, network: networksOf(request.ip).wide };
  const body = isAnnouncedTooLarge ? null : await readBody(payload, limit, memory).catch(asHttpError);
  if (body === null) throw new HttpError(413, `This is too large: ${limit / 1000} kilobytes are the most.`);
  return body.toString('utf8');
}

function asHttpError(error: unknown): never {
  if (error instanceof HttpError) throw error;
  throw new HttpError(400, 'The request ended before its body did.');
}
