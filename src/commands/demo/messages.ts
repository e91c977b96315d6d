import type { DemoRouteName, Work } from './contract.ts';

/* What the demo's process and its Stagepost, which runs in a process of its own, say to each other over IPC. */

/** What the server process is started with, as JSON in its first argument. */
export interface ServerSettings {
  /** The configuration, which the commands read, too. */
  configFile: string;
  /** The first version of the rules. */
  rules: string;
  dataDir: string;
  host: string;
  port: number;
  /** The secret of the address that signs in. */
  loginSecret: string;
}

/** The server listens. */
export interface ReadyMessage {
  kind: 'ready';
  url: string;
  /** Signs in; null where others on the network can reach the demo. */
  address: string | null;
  /** Where a first admin can be made; null where the demo signs in by its address. */
  setupLink: string | null;
}

/** A request of a browser to one of the demo's routes, with its validated body. */
export interface RequestMessage {
  kind: 'request';
  id: number;
  route: DemoRouteName;
  body: unknown;
}

/** What Stagepost holds, twice a second. A server that hangs sends none. */
export interface WorkMessage {
  kind: 'work';
  work: Work;
}

/** How long the server waits between two of them. */
export const WORK_EVERY_MS = 500;

/** The server could not be started. */
export interface FailedMessage {
  kind: 'failed';
  message: string;
}

export type FromServer = ReadyMessage | RequestMessage | WorkMessage | FailedMessage;

/** The answer to a request: `error` is a refusal (HTTP 409) in words. */
export type ToServer = { id: number; answer: unknown } | { id: number; error: string };
