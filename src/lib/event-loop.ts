import { setImmediate } from 'node:timers/promises';

/**
 * Lets what was just asked of the other side leave before the database is asked: the embedded one computes on this
 * thread, and between its answers the network gets no turn. Two turns, because undici first looks for one whether a
 * connection that was idle is still open.
 */
export async function yieldToEventLoop(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
