import { Autocomplete, Text } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { useProblem } from '../context.ts';
import { anchorOf, type Path } from '../problems.ts';
import { type Choice, matching } from './values.ts';

/** The most suggestions that are shown. */
const MOST = 40;

interface CompletedProps {
  path: Path;
  label: string;
  /** The label for screen readers; visually, it is above the column. */
  isLabelHidden?: boolean;
  description?: ReactNode;
  placeholder?: string;
  choices: readonly Choice[];
  value: string;
  onChange(value: string): void;
  /** An error in addition to those of the check. */
  error?: string | undefined;
}

/** A text that is completed from what there is, with how Kommo calls it. Anything else can be written, too. */
export function Completed(props: CompletedProps) {
  const { path, label, isLabelHidden, description, placeholder, choices, value, onChange, error } = props;
  const problem = useProblem(path);
  const labels = useMemo(() => new Map(choices.map((choice) => [choice.value, choice.label])), [choices]);
  const labelOf = (known: string) => labels.get(known) ?? '';
  return (
    <Autocomplete
      id={anchorOf(path)}
      {...(isLabelHidden ? { 'aria-label': label } : { label })}
      description={description}
      placeholder={placeholder}
      value={value}
      onChange={onChange}
      error={error ?? problem}
      data={[...labels.keys()]}
      limit={MOST}
      filter={({ options, search, limit }) =>
        // What is chosen already must not hide what else there is.
        matching(options.filter(isOption), labels.has(search) ? '' : search, labelOf).slice(0, limit)
      }
      renderOption={({ option }) => (
        <div className="wrap">
          {option.value}
          {labelOf(String(option.value)) ? (
            <Text size="xs" c="dimmed" component="div">
              {labelOf(String(option.value))}
            </Text>
          ) : null}
        </div>
      )}
      maxDropdownHeight={280}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

function isOption<T extends object>(option: T): option is Exclude<T, { group: unknown }> {
  return !('group' in option);
}
