import type { ReactNode } from 'react';
import classes from './Facts.module.css';

/** Names with their values, as pairs of `dt` and `dd`; a list within a value has no bullets. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}
