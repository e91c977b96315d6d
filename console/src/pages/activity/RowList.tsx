import { useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { ActivityRow } from '../../api/types.ts';
import { ActivityLine } from './ActivityLine.tsx';
import { keyOf } from './feed.ts';
import classes from './RowList.module.css';

interface RowListProps {
  rows: readonly ActivityRow[];
  withConnection: boolean;
  onNearEnd(): void;
  /** How high each row was when the list was left. */
  heights: VirtualItem[];
  /** Called when the list goes, with how high each row is. */
  onLeave(heights: VirtualItem[]): void;
}

/** Thousands of rows, of which only those in sight stand in the page: so 200 a second do not freeze it. */
export function RowList({ rows, withConnection, onNearEnd, heights, onLeave }: RowListProps) {
  const list = useRef<HTMLOListElement>(null);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => 39,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
    getItemKey: (index) => keyOf(rows[index]!),
    initialMeasurementsCache: heights,
  });
  const leave = useRef(onLeave);
  leave.current = onLeave;
  useEffect(() => () => leave.current(virtual.takeSnapshot()), [virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last > 30 && last >= rows.length - 20) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  return (
    <ol ref={list} className={`card ${classes.list}`} style={{ height: virtual.getTotalSize() }}>
      {items.map(({ key, index, start }) => (
        <li
          key={key}
          ref={virtual.measureElement}
          data-index={index}
          className={classes.item}
          style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
        >
          <ActivityLine row={rows[index]!} withConnection={withConnection} />
        </li>
      ))}
    </ol>
  );
}
