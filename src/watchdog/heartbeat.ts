import { url as inspectorUrl } from 'node:inspector';
import type { ServerMessage } from './messages.ts';

const EVERY_MS = 1_000;

/** The part of `process` that a supervised server uses. */
export interface IpcChannel {
  /** Missing where the parent process made no channel. */
  send?: NodeJS.Process['send'];
  channel?: { unref(): void } | null | undefined;
  once(event: 'disconnect', listener: () => void): unknown;
}

/** How a server shows its supervisor that it works. */
export interface Heartbeat {
  ready(): void;
}

/**
 * Sends heartbeats from a timer of the event loop, so that they end when the loop hangs.
 * @param onSupervisorGone called when the supervisor has died: a server of its own would keep the data folder locked
 */
export function startHeartbeat(channel: IpcChannel, onSupervisorGone: () => void): Heartbeat {
  if (!channel.send) return { ready: () => {} };
  const send = (message: ServerMessage) => {
    // A supervisor that has gone is reported by `disconnect`.
    channel.send?.(message, undefined, undefined, () => {});
  };
  const beat = () => send({ stagepost: 'heartbeat', hasDebugger: inspectorUrl() !== undefined });
  const timer = setInterval(beat, EVERY_MS);
  timer.unref();
  channel.once('disconnect', () => {
    clearInterval(timer);
    onSupervisorGone();
  });
  // Otherwise the channel would keep this process alive after its work has ended.
  channel.channel?.unref();
  beat();
  return { ready: () => send({ stagepost: 'ready' }) };
}
