import type { Account } from '../account.ts';
import type { Reply } from '../hal.ts';
import type { User } from '../model.ts';
import type { Query } from '../query.ts';
import type { Webhooks } from '../webhooks/index.ts';

/** One request, understood as far as every resource needs it. */
export interface Call {
  account: Account;
  webhooks: Webhooks;
  method: string;
  /** Origin of the simulator, for links. */
  base: string;
  /** With `/api/v4`, without the query. */
  path: string;
  query: Query;
  rawQuery: string;
  /** The body as text; empty when there was none. */
  text: string;
  /** The token's user. */
  user: User;
  /** As whom a write is recorded: 0 (the robot) or the token's user. */
  by: number;
}

/** Answers one kind of request. `ids` are the numbers in its path. */
export type Handler = (call: Call, ...ids: number[]) => Reply;

/** `GET /leads/:id/notes` -> handler; paths are below `/api/v4`. */
export type Routes = Record<string, Handler>;

/** The JSON of the body; undefined when it is empty or no JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How many items a write carried, for the log. */
export function countItems(text: string): number | undefined {
  const body = text === '' ? undefined : json(text);
  if (body === undefined) return undefined;
  return Array.isArray(body) ? body.length : 1;
}
