import type { UnixSeconds } from './entities.ts';

/** A deal of a connection. */
interface OfDeal {
  connection: string;
  dealId: number;
  /** The event that the reason comes from: a report, or the end of an inactivity timer. */
  event: number;
  /** The client's identifier in Customer.io; null where nobody is known. */
  person: string | null;
}

/** A task that Stagepost has created on a deal, and has not closed again. */
export interface OpenTask extends OfDeal {
  text: string;
  dueAt: UnixSeconds;
}

/** A client who has clicked in an email since the deal entered the stage that it is still in. */
export interface RecentClick extends OfDeal {
  clickedAt: UnixSeconds;
}

/** A deal with all reasons to call its client. */
export interface Call {
  connection: string;
  dealId: number;
  person: string | null;
  /** The one that is due first comes first. */
  tasks: OpenTask[];
  /** The latest one. */
  click: RecentClick | null;
}

/** One call for each deal: those with a task by when it is due, then those who clicked, the latest first. */
export function callsOf(tasks: readonly OpenTask[], clicks: readonly RecentClick[]): Call[] {
  const calls = new Map<string, Call>();
  const callOf = ({ connection, dealId, person }: OfDeal): Call => {
    const key = `${connection}/${dealId}`;
    const call = calls.get(key) ?? { connection, dealId, person, tasks: [], click: null };
    calls.set(key, call);
    call.person ??= person;
    return call;
  };
  for (const task of tasks.toSorted((a, b) => a.dueAt - b.dueAt)) callOf(task).tasks.push(task);
  for (const click of clicks.toSorted((a, b) => b.clickedAt - a.clickedAt)) callOf(click).click ??= click;
  return [...calls.values()];
}
