/**
 * The JSON API below `/api`: the schema of every question and answer, and the list of routes. Both the server's routes
 * and `GET /api/openapi.json` are made of it; the console imports its types.
 *
 * - Times are milliseconds since 1970 unless said otherwise. Errors are `{ error }` in words.
 * - Who may ask: `Authorization: Bearer` with the token in the data folder's lock file or one of `/api/tokens`, or the
 *   session cookie. With the cookie everything but GET needs the header `x-stagepost: console`, and the Origin must be
 *   Stagepost's own address. The same for `/api/setup` and `/api/session`.
 * - One-time links are `/setup#SECRET`; the page sends the secret to `POST /api/setup` as `link`.
 */
export * from './activity/contract.ts';
export * from './connections/contract.ts';
export { type ActionKind, type Problem, problem, type Side } from './contract-shared.ts';
export * from './failures/contract.ts';
export * from './now/contract.ts';
export * from './people/contract.ts';
export type { Answered, Asked, Needs, Route } from './route.ts';
export { type RouteName, type Routes, routes } from './route-list.ts';
export * from './rules/contract.ts';
export * from './subjects/contract.ts';
