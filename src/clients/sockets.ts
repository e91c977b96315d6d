import { Agent, buildConnector, type Dispatcher } from 'undici';
import {
  type Connect,
  IDLE_SOCKET_MS,
  OpenSockets,
  openFilesLimit,
  socketsWithin,
} from '../lib/open-sockets.ts';

/** What the clients of all connections of a process share. */
export interface SharedSockets {
  /** Opens the sockets to Kommo, where each account has an address of its own. */
  connect: Connect;
  /** Customer.io has one address for all workspaces of a region: its sockets serve all connections. */
  customerio: Dispatcher;
  /** Ends the sockets to Customer.io. To be called when all clients are closed. */
  close(): Promise<void>;
}

/** Each Kommo account has a host of its own. A handshake that resumes a session costs a fraction of a full one. */
const MAX_TLS_SESSIONS = 10_000;

/** Bounded by the limit of open files of this process. */
export function openSharedSockets(): SharedSockets {
  const connect = new OpenSockets(socketsWithin(openFilesLimit())).connect(
    buildConnector({ maxCachedSessions: MAX_TLS_SESSIONS }),
  );
  const customerio = new Agent({ connect, keepAliveMaxTimeout: IDLE_SOCKET_MS });
  return { connect, customerio, close: () => customerio.close() };
}
