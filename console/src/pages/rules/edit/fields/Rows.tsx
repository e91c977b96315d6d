import { ActionIcon, Button, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { CrossIcon, PlusIcon } from '../../../../parts/icons.tsx';
import { ruleTexts } from '../../../../texts.ts';
import { useEditing } from '../context.ts';
import { nameKey, type Row, rowProblems } from '../form.ts';
import { Outcome } from '../preview/LivePreview.tsx';
import { anchorOf, type Path, problemAt } from '../problems.ts';
import { Completed } from './Completed.tsx';
import classes from './fields.module.css';
import type { Choice } from './values.ts';

const labels = ruleTexts.rows;

interface RowsProps {
  path: Path;
  label: string;
  description?: string;
  /** What a row's two halves are called: `Attribute`, `Comes from`. */
  heads: [name: string, value: string];
  /** Names to complete from. */
  names?: readonly Choice[];
  rows: readonly Row[];
  onChange(rows: Row[]): void;
  /** The input of a row's value. */
  input(row: { path: Path; label: string; value: string; onChange(value: string): void }): ReactNode;
}

/** Names with a value each: attributes, an event's data, fields to set. */
export function Rows({ path, label, description, heads, names, rows, onChange, input }: RowsProps) {
  const { focusSoon, problems } = useEditing();
  const wrong = rowProblems(rows);
  const set = (index: number, part: Partial<Row>) => onChange(rows.with(index, { ...rows[index]!, ...part }));
  const add = () => {
    onChange([...rows, { name: '', value: '' }]);
    focusSoon([...path, nameKey(rows.length)]);
  };
  return (
    <Stack gap={6} role="group" aria-label={label} id={anchorOf(path)}>
      <div>
        <Text size="sm" fw={600} component="div">
          {label}
        </Text>
        {description ? (
          <Text size="xs" c="dimmed">
            {description}
          </Text>
        ) : null}
      </div>
      {rows.length > 0 ? (
        <div className={classes.heads} aria-hidden="true">
          <span>{heads[0]}</span>
          <span>{heads[1]}</span>
        </div>
      ) : null}
      {rows.map(({ name, value }, index) => {
        const problem = wrong.get(index);
        const at = { path: [...path, nameKey(index)], label: labels.nth(heads[0], index + 1), value: name };
        const rename = (to: string) => set(index, { name: to });
        const error = problem && labels[problem];
        const valuePath = [...path, problem ? `${nameKey(index)} value` : name.trim()];
        const called = name.trim() || labels.nth(heads[0], index + 1);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other name while it is typed, and keeps nothing
          <div key={index} className={classes.row}>
            {names ? (
              <Completed {...at} isLabelHidden choices={names} onChange={rename} error={error} />
            ) : (
              <TextInput
                id={anchorOf(at.path)}
                aria-label={at.label}
                value={name}
                onChange={(event) => rename(event.currentTarget.value)}
                error={error}
                spellCheck={false}
                autoComplete="off"
              />
            )}
            <div>
              {input({
                path: valuePath,
                label: labels.valueOf(called),
                value,
                onChange: (to) => set(index, { value: to }),
              })}
              <Outcome path={valuePath} hasProblem={problemAt(problems, valuePath) !== undefined} />
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={labels.remove(called)}
              title={labels.remove(called)}
              onClick={() => onChange(rows.toSpliced(index, 1))}
            >
              <CrossIcon size={16} />
            </ActionIcon>
          </div>
        );
      })}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<PlusIcon size={14} />}
        onClick={add}
        w="fit-content"
      >
        {labels.add}
      </Button>
    </Stack>
  );
}
