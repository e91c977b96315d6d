import type { Simulators } from './simulators.ts';

/** Retries wait up to a few minutes after a storm of faults. */
const PATIENCE_MS = 15 * 60_000;
/** Seen idle for so long on end, so that what comes of the last webhook is there too. */
const IDLE_MS = 4_000;

/** The open work by kind, from `/metrics`; null where no process answers. */
export async function openWork(url: string): Promise<Map<string, number> | null> {
  try {
    const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
    const lines = text.matchAll(/^stagepost_open\{connection="acme",kind="(\w+)"\} (\d+)$/gm);
    return new Map([...lines].map((match) => [match[1]!, Number(match[2])]));
  } catch {
    return null;
  }
}

const BUSY = ['inbox', 'events', 'kommo', 'customerio', 'watches'];

/**
 * Waits until the senders have no more webhooks and Stagepost has no more open work.
 * @param alsoBusy further kinds of work that must be done: deals that wait for their contact
 * @returns what was left where it took too long.
 */
export async function untilIdle(
  url: string,
  { kommo, customerio }: Simulators,
  show: (words: string) => void,
  alsoBusy: string[] = [],
) {
  const deadline = Date.now() + PATIENCE_MS;
  let idleSince: number | null = null;
  for (;;) {
    const open = await openWork(url);
    const left = [
      ...[...BUSY, ...alsoBusy].map((kind): [string, number] => [kind, open?.get(kind) ?? 0]),
      ['webhooks', kommo.hooksPending()] as [string, number],
      ['reports', customerio.pendingReports] as [string, number],
    ].filter(([, count]) => count > 0);
    const isIdle = open !== null && left.length === 0;
    idleSince = isIdle ? (idleSince ?? Date.now()) : null;
    if (idleSince !== null && Date.now() - idleSince >= IDLE_MS) return [];
    const words = left.map(([kind, count]) => `${count} ${kind}`).join(', ');
    show(open === null ? 'Stagepost does not answer' : words);
    if (Date.now() > deadline) return left.map(([kind, count]) => `${count} ${kind}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
