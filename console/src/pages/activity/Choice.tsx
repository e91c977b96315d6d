import { Select } from '@mantine/core';
import { texts } from '../../texts.ts';

export interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: Option[];
  onChange(value: string | undefined): void;
}

/** One filter of the list. It is not there where there is nothing to choose; a value of the address is offered in any case. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  const all = isKnown ? options : [...options, { value, label: value }];
  if (all.length === 0) return null;
  return (
    <Select
      size="xs"
      w={{ base: 'calc(50% - 5px)', xs: 158 }}
      label={label}
      data={[{ value: '', label: texts.activity.any }, ...all]}
      value={value ?? ''}
      allowDeselect={false}
      searchable={all.length > 12}
      checkIconPosition="right"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(chosen) => onChange(chosen || undefined)}
    />
  );
}

/** The options of labels, in their order. */
export function optionsOf(labels: Record<string, string>): Option[] {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
