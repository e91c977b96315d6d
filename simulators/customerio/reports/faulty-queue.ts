import type { HookFault } from '../../common/faults.ts';
import type { Report } from '../types.ts';
import type { ReportQueue } from './queue.ts';

/** A report on its way to the queue, held back or delayed. */
interface Late {
  report: Report;
  copies: number;
  timer: NodeJS.Timeout;
}

/**
 * Puts injected faults before a queue: reports are lost, doubled, delayed, or held back until a later one has
 * gone. Customer.io promises neither order nor freedom from duplicates, so a receiver has to bear all of it.
 */
export function createFaultyQueue(queue: ReportQueue, decide: () => HookFault | null): ReportQueue {
  const held = new Set<Late>();
  const delayed = new Set<Late>();

  const pushCopies = (report: Report, copies: number) => {
    for (let copy = 0; copy < copies; copy++) queue.push(report);
  };
  const setAside = (set: Set<Late>, report: Report, copies: number, ms: number) => {
    const late: Late = { report, copies, timer: setTimeout(() => release(set, late), ms) };
    set.add(late);
  };
  const release = (set: Set<Late>, late: Late) => {
    if (!set.delete(late)) return;
    clearTimeout(late.timer);
    pushCopies(late.report, late.copies);
  };
  const forget = () => {
    for (const set of [held, delayed]) {
      for (const late of set) clearTimeout(late.timer);
      set.clear();
    }
  };

  return {
    push(report) {
      const { copies, delayMs, holdMs } = decide() ?? { copies: 1, delayMs: 0, holdMs: 0 };
      if (copies === 0) return;
      if (delayMs > 0) setAside(delayed, report, copies, delayMs);
      else if (holdMs > 0) setAside(held, report, copies, holdMs);
      else {
        pushCopies(report, copies);
        for (const late of [...held]) release(held, late);
      }
    },
    clear() {
      forget();
      queue.clear();
    },
    get pending() {
      return queue.pending + held.size + delayed.size;
    },
    get blockedMs() {
      return queue.blockedMs;
    },
    close() {
      forget();
      return queue.close();
    },
  };
}
