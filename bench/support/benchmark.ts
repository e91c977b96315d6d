import type { Kind } from '../../test/support/databases.ts';

/** One number that a benchmark asks for, of one run. */
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

/** A benchmark about speed or cost, with the references it is compared with. */
export interface Benchmark {
  name: string;
  description: string;
  databases: Kind[];
  /** Left out where no benchmark is named. */
  onlyByName?: boolean;
  /** One run, measured side by side: everything new, or `end` removes it. */
  run(database: Kind, onStep: (step: string) => void): Promise<Figure[]>;
  /** After the last run with a database: removes what the runs shared. */
  end?(): Promise<void>;
}
