import type { ReactNode } from 'react';
import classes from './Fold.module.css';

/** What few need to see stands folded: the browser's own, so keys and find-in-page work. */
export function Fold({
  title,
  children,
  isOpen = false,
}: {
  title: string;
  children: ReactNode;
  isOpen?: boolean;
}) {
  return (
    <details className={classes.fold} open={isOpen || undefined}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
