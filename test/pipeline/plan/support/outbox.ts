import type { Action } from '../../../../src/domain/actions.ts';
import type { OwnWrites } from '../../../../src/domain/consent/crm-edit.ts';
import type { UnixSeconds } from '../../../../src/domain/entities.ts';

export type Lane = 'kommo' | 'customerio';

interface Outgoing {
  action: Action;
  lane: Lane;
  doneAt: UnixSeconds | null;
}

/** What was planned, in order, and when it was delivered. */
export class Outbox {
  readonly #all: Outgoing[] = [];

  add(action: Action): void {
    this.#all.push({ action, lane: action.kind === 'identify' ? 'customerio' : 'kommo', doneAt: null });
  }

  /** Marks the first open action of a lane as delivered. @returns the action; undefined where none is open */
  take(lane: Lane, now: UnixSeconds): Action | undefined {
    const next = this.#all.find((one) => one.lane === lane && one.doneAt === null);
    if (next) next.doneAt = now;
    return next?.action;
  }

  hasOpen(matches: (action: Action) => boolean): boolean {
    return this.#all.some(({ action, doneAt }) => doneAt === null && matches(action));
  }

  /** Writes to the fields of these deals, as `fieldWritesOf` reads them from the database. */
  fieldWrites(dealIds: number[]): Map<number, OwnWrites> {
    const writes = new Map<number, OwnWrites>();
    for (const { action, doneAt } of this.#all) {
      if (action.kind !== 'set_field' || !dealIds.includes(action.dealId)) continue;
      const before = writes.get(action.dealId);
      const latest = Math.max(doneAt ?? 0, before?.deliveredAt ?? 0);
      writes.set(action.dealId, {
        areOpen: doneAt === null || (before?.areOpen ?? false),
        deliveredAt: latest === 0 ? null : latest,
      });
    }
    return writes;
  }
}
