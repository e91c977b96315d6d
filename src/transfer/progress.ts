/**
 * How far a backup, a restore or a move is.
 * - `copy`: files of the running database are copied
 * - `check`: bytes of a backup are read
 * - `write`: rows are written
 * - `compare`: rows that were written are read again
 */
export interface Progress {
  step: 'copy' | 'check' | 'write' | 'compare';
  done: number;
  total: number;
}

export type OnProgress = (progress: Progress) => void;
