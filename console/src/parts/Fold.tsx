import type { ReactNode } from 'react';
import classes from './Fold.module.css';

/** A collapsible section for details. It uses the browser's own element, so keyboard and find-in-page work. */
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
