import type { OpenWork } from '../../../store/counts/open-work.ts';
import type { Trace } from '../../../store/events/trace.ts';
import type { TriggerEvidence } from '../../../store/events/trigger-evidence.ts';
import type { Handlers } from '../routes.ts';

/** The services of a running server that commands use, besides dead letters and rules. */
export interface CommandServices {
  /**
   * The trace of a deal or person in each of these connections.
   * @param query a deal's id, an email, or a person's identifier
   */
  trace(query: string, connections: readonly string[]): Promise<Trace[]>;
  status(): Promise<ServerStatus>;
  /** The address of a proxy that sends X-Forwarded-For and is not trusted; null where none was seen. */
  untrustedProxy?: () => string | null;
}

/** The state of each connection in this process, and its open work. */
export interface ServerStatus {
  connections: { name: string; state: string }[];
  open: OpenWork[];
  /** Whether Customer.io names the events that Stagepost sends in the reports of their campaigns. */
  emailEvents?: (TriggerEvidence & { connection: string })[];
}

export function commandHandlers({
  trace,
  status,
  untrustedProxy,
}: CommandServices): Pick<Handlers, 'trace' | 'status'> {
  return {
    trace: async ({ query: { q, connection } }, { scope }) =>
      (await trace(q, scope.select(connection))).map(({ events, ...found }) => ({
        ...found,
        events: events.map((event) => ({ ...event })),
      })),
    status: async (_input, { scope }) => {
      const { connections, open, emailEvents = [] } = await status();
      return {
        connections: connections.filter(({ name }) => scope.has(name)),
        open: open.filter(({ connection }) => scope.has(connection)),
        emailEvents: emailEvents.filter(({ connection }) => scope.has(connection)),
        untrustedProxy: untrustedProxy?.() ?? null,
      };
    },
  };
}
