import type { Kind } from '../../test/support/databases.ts';

/** One number that a question asks for, of one run. */
export interface Figure {
  name: string;
  unit: string;
  ours: number;
  /** The reference's number of the same run; null where there is nothing to compare with. */
  reference: number | null;
  /** What it should reach, in words. */
  goal?: string;
}

/** One figure of all runs. */
export interface Result extends Omit<Figure, 'ours' | 'reference'> {
  ours: number[];
  reference: number[];
}

/** A question about speed or cost, with the references it is compared with. */
export interface Question {
  name: string;
  asks: string;
  databases: Kind[];
  /** One run, measured side by side: everything new, or `end` removes it. */
  run(database: Kind, tell: (step: string) => void): Promise<Figure[]>;
  /** After the last run with a database: removes what the runs shared. */
  end?(): Promise<void>;
}
