import type { Emitter } from '../../common/emitter.ts';
import type { Activity, JsonObject, SimulatorEvent } from '../types.ts';
import { remember } from './ring.ts';
import { ulid } from './ulid.ts';

export interface NewActivity {
  type: string;
  name?: string;
  data?: JsonObject;
  cioId?: string | null;
  identifier?: string | null;
  deliveryId?: string | null;
}

export interface ActivityLog {
  readonly all: Activity[];
  add(activity: NewActivity): void;
}

/** The workspace's activity log: the only place where Customer.io shows what became of an accepted call. */
export function createActivityLog(
  emitter: Emitter<SimulatorEvent>,
  settings: { now(): number; keep: number },
): ActivityLog {
  const all: Activity[] = [];
  return {
    all,
    add({ type, name = '', data = {}, cioId = null, identifier = null, deliveryId = null }) {
      const now = settings.now();
      const timestamp = Math.floor(now / 1000);
      const activity = { id: ulid(now), type, name, timestamp, data, cioId, identifier, deliveryId };
      remember(all, activity, settings.keep);
      if (isFailure(type)) emitter.emit(() => ({ type: 'failure', activity }));
    },
  };
}

function isFailure(type: string): boolean {
  return type.startsWith('failed_') || type === 'skipped_update';
}
