import { Table } from '@mantine/core';
import type { CSSProperties, ReactNode } from 'react';
import classes from './WideTable.module.css';

export interface Column {
  label: string;
  width?: string;
  /** The label is for screen readers only. */
  isLabelHidden?: boolean;
}

interface WideTableProps {
  label: string;
  columns: Column[];
  /** In px; a window that is narrower scrolls the table, and a phone has each row as a list. */
  minWidth: number;
  /** Rows, with a cell for each column. */
  children: ReactNode;
}

/** A table with more columns than a phone has room for: there each cell is a line with its column's label. */
export function WideTable({ label, columns, minWidth, children }: WideTableProps) {
  return (
    <Table.ScrollContainer
      className={classes.container}
      style={{ '--wide-table-full': `${minWidth}px` } as CSSProperties}
      minWidth="calc(var(--wide-table-min))"
      scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label, role: 'region' } }}
    >
      <Table verticalSpacing="xs" fz="sm" className={classes.table} style={labelVariables(columns)}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.label} {...(column.width && { w: column.width })}>
                {column.isLabelHidden ? <span className="sr-only">{column.label}</span> : column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** The style sheet writes them before the cells: `--label-2` is that of the second column. */
function labelVariables(columns: Column[]): CSSProperties {
  const labels = columns.map(({ label, isLabelHidden }, index) => [
    `--label-${index + 1}`,
    JSON.stringify(isLabelHidden ? '' : label),
  ]);
  return Object.fromEntries(labels);
}
