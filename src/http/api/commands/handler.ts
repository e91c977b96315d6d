import type { OpenWork } from '../../../store/counts/open-work.ts';
import type { Trace } from '../../../store/events/trace.ts';
import type { Handlers } from '../routes.ts';

/** The services of a running server that commands use, besides dead letters and rules. */
export interface CommandServices {
  /**
   * The trace of a deal or person in each connection.
   * @param query a deal's id, an email, or a person's identifier
   * @param connection null: in all connections
   */
  trace(query: string, connection: string | null): Promise<Trace[]>;
  status(): Promise<ServerStatus>;
}

/** The state of each connection in this process, and its open work. */
export interface ServerStatus {
  connections: { name: string; state: string }[];
  open: OpenWork[];
}

export function commandHandlers({ trace, status }: CommandServices): Pick<Handlers, 'trace' | 'status'> {
  return {
    trace: async ({ query: { q, connection } }) =>
      (await trace(q, connection ?? null)).map(({ events, ...found }) => ({
        ...found,
        events: events.map((event) => ({ ...event })),
      })),
    status: async () => ({ ...(await status()) }),
  };
}
