import { problem, type Reply } from '../hal.ts';
import type { Call, Handler, Routes } from './call.ts';
import { missingPart } from './not-simulated.ts';

/** `/leads/12/notes` and `/leads/34/notes` have one shape, so that finding a route is one look into a map. */
const shapeOf = (path: string): string => path.replace(/\/\d+(?=\/|$)/g, '/:id');

const idsIn = (path: string): number[] =>
  [...path.matchAll(/\/(\d+)(?=\/|$)/g)].map((match) => Number(match[1]));

export const notFound = (call: Pick<Call, 'method' | 'base' | 'path'>): Reply =>
  problem(404, `Cannot ${call.method} ${call.base}${call.path}`);

/** Finds the handler of a call; unknown paths are 404, known ones with another method 405 (Kommo docs). */
export function createRouter(prefix: string, routes: Routes): Handler {
  const handlers = new Map(Object.entries(routes));
  const shapes = new Set(Object.keys(routes).map((route) => route.slice(route.indexOf(' ') + 1)));
  return (call) => {
    if (!call.path.startsWith(`${prefix}/`)) return notFound(call);
    const path = call.path.slice(prefix.length).replace(/\/$/, '');
    const shape = shapeOf(path);
    const handler = handlers.get(`${call.method} ${shape}`);
    if (handler) return handler(call, ...idsIn(path));
    const missing = missingPart(call);
    if (missing) return missing;
    return shapes.has(shape) ? problem(405, 'Method Not Allowed') : notFound(call);
  };
}
