import { DeadlineExceeded, withDeadline } from '../../lib/deadline.ts';

/**
 * Runs a synchronous part of the gathering, in which deals and reports are compared with their records.
 * @throws GatherFault where the work throws or does not end
 */
export type Compute = <T>(work: () => T) => Promise<T>;

/** Gathering has failed by a fault of Stagepost, to which any event of the batch can have led. */
export class GatherFault extends Error {
  /** Whether the work was interrupted at its deadline. */
  readonly isTimeout: boolean;

  constructor(cause: unknown) {
    super(String(cause), { cause });
    this.name = 'GatherFault';
    this.isTimeout = cause instanceof DeadlineExceeded;
  }
}

/** A `Compute` that interrupts the work at the deadline. @param ms the time for all events of a batch together */
export function computeWithin(ms: number): Compute {
  return async (work) => {
    try {
      return withDeadline(ms, work);
    } catch (error) {
      throw new GatherFault(error);
    }
  };
}

/** Without a deadline, for work of which nothing is saved. */
export const computeUnguarded: Compute = async (work) => work();

/** The fault of Stagepost that an error stands for; null for an error of the other side, the database or the lease. */
export function faultOf(error: unknown): GatherFault | null {
  if (error instanceof GatherFault) return error;
  const isFault =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isFault ? new GatherFault(error) : null;
}
