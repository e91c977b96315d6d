/** What a server sends to its supervisor, over Node's IPC channel. */
export type ServerMessage =
  /** The event loop runs. */
  | { stagepost: 'heartbeat'; hasDebugger: boolean }
  /** Webhooks are accepted, and the connections have started. */
  | { stagepost: 'ready' };

/** Other code in the server's process may use the channel, too. */
export function isServerMessage(message: unknown): message is ServerMessage {
  return typeof message === 'object' && message !== null && 'stagepost' in message;
}
