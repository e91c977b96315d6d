import type { Draft } from './codes.ts';
import { type HealthItem, itemKey, type SideHealth, worstLight } from './health.ts';
import type { Judgement } from './judge/judge.ts';

/** A judgement with since when: an item, and a side, keep their time as long as their light stays. */
export function withSince(
  { side, items, proofs }: Judgement,
  before: SideHealth | null,
  now: number,
): SideHealth {
  const old = new Map((before?.items ?? []).map((item) => [itemKey(item), item]));
  const dated = items.map((item) => dateItem(item, old.get(itemKey(item)), now));
  const light = worstLight(dated.map((item) => item.light));
  return { side, light, since: before?.light === light ? before.since : now, items: dated, proofs };
}

function dateItem(item: Draft, before: HealthItem | undefined, now: number): HealthItem {
  return { ...item, since: before?.light === item.light ? before.since : now };
}
