import type { Health, HealthItem, Lane, Side } from '../../api/types.ts';

/** Stage changes that are too old to be read from Kommo's events log: nothing else on the page shows what is lost. */
const LOST_MOVES = 'kommo_log_unread';

const SIDES = ['kommo', 'customerio'] as const;

/** One side of a connection that does not work at the moment, or has lost something. */
export interface StoppedSide {
  connection: string;
  side: Side;
  /** Null where the lane delivers, or has nothing to deliver. */
  lane: Lane | null;
  /** What is broken, as the first page says it. Empty where only the lane says it. */
  items: HealthItem[];
}

/**
 * The sides that do not work. Where a whole account is in trouble, the lane may have nothing to deliver yet: the events wait
 * for a reading, and only the judgement of health says why.
 */
export function stoppedSides(
  connections: readonly { name: string; lanes: Record<Side, Lane> }[],
  health: Health | undefined,
): StoppedSide[] {
  return connections
    .flatMap(({ name, lanes }) =>
      SIDES.map((side): StoppedSide => {
        const lane = isStopped(lanes[side]) ? lanes[side] : null;
        return { connection: name, side, lane, items: brokenItems(health, name, side) };
      }),
    )
    .filter(({ lane, items }) => lane !== null || items.length > 0);
}

function isStopped({ state }: Lane): boolean {
  return state === 'held' || state === 'waiting';
}

/** What has failed is on the page itself. */
function brokenItems(health: Health | undefined, connection: string, side: Side): HealthItem[] {
  const sides = health?.connections.find((each) => each.connection === connection)?.sides ?? [];
  return sides
    .filter((each) => each.side === side)
    .flatMap(({ items }) => items)
    .filter(({ light, page, code }) => (light === 'broken' && page !== 'failures') || code === LOST_MOVES);
}
