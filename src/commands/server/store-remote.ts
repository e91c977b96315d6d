import type { DeadLetters, Failures, ReplayPlan, SelectionQuery } from '../../failures/dead-letters.ts';
import type { DeadLetter } from '../../store/actions/dead-letters.ts';
import type { Progress } from '../../store/actions/replay-progress.ts';
import type { Trace } from '../../store/events/trace.ts';
import { CommandError } from '../common/exit.ts';
import type { RuleAccess } from './store-access.ts';

interface Lane {
  state: 'open' | 'waiting' | 'held';
  /** In words. */
  reason: string | null;
  /** Until when it waits, ms. */
  until: number | null;
}

/** What `GET /api/status` answers. */
export interface ServerStatus {
  connections: {
    name: string;
    state: 'running' | 'standby' | 'waiting';
    reason?: string;
    lanes: Record<'planning' | 'kommo' | 'customerio', Lane> | null;
  }[];
  /** What is still to do: events to plan, and actions for each lane. */
  open: { connection: string; events: number; kommo: number; customerio: number }[];
}

/** What a running server's API can be asked. */
export interface Remote {
  letters: DeadLetters;
  trace(query: string, connection: string | undefined): Promise<Trace[]>;
  status(): Promise<ServerStatus>;
  rules(connection: string): RuleAccess;
}

/**
 * @param token from the lock file of the server's data folder.
 * Every method throws CommandError where the server does not answer or refuses.
 */
export function createRemote(url: string, token: string): Remote {
  async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    const answer = await fetch(new URL(path, url), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    }).catch((error: Error) => {
      const why = (error.cause as NodeJS.ErrnoException | undefined)?.code ?? error.message;
      throw new CommandError(
        `The running Stagepost at ${url} cannot be reached (${why}). Has it been stopped?`,
      );
    });
    const body = (await answer.json().catch(() => ({}))) as T & { error?: string };
    if (answer.ok) return body;
    throw new CommandError(
      `The running Stagepost at ${url} answered ${answer.status}. ${body.error ?? ''}`.trim(),
    );
  }

  const get = <T>(path: string, query: Record<string, unknown>) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const texts = Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
    return ask<T>(`${path}?${new URLSearchParams(texts)}`);
  };
  const post = <T>(path: string, body: unknown) =>
    ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  return {
    trace: (q, connection) => get<Trace[]>('/api/trace', { q, connection }),
    status: () => ask<ServerStatus>('/api/status'),
    rules: (connection) => ({
      source: (version) => get('/api/rules/source', { connection, version }),
      versions: () => get('/api/rules/versions', { connection }),
      check: (draft) => post('/api/rules/check', { connection, draft }),
      publish: (publication) => post('/api/rules/publish', { connection, ...publication }),
    }),
    letters: {
      failures: (wanted: SelectionQuery) => get<Failures>('/api/failures', { ...wanted }),
      list: async (wanted, above, limit) =>
        (await get<{ letters: DeadLetter[] }>('/api/failures/list', { ...wanted, above, limit })).letters,
      plan: (wanted) => post<ReplayPlan>('/api/replay/plan', wanted),
      replay: (chunk) => post('/api/replay', chunk),
      progress: (ids) => post<Progress>('/api/replay/progress', { ids }),
      discard: (wanted, why) => post('/api/discard', { ...wanted, why }),
    },
  };
}
