import { ruleTexts } from '../../../../texts.ts';
import { useEditing } from '../context.ts';
import type { Path } from '../problems.ts';
import { Completed } from './Completed.tsx';

interface ValueInputProps {
  path: Path;
  label: string;
  value: string;
  onChange(value: string): void;
}

/** Where a value for Customer.io comes from: a path, completed from the account's own fields, or a Liquid text. */
export function ValueInput(props: ValueInputProps) {
  const { choices } = useEditing();
  return (
    <Completed {...props} isLabelHidden choices={choices.paths} placeholder={ruleTexts.rows.valueHint} />
  );
}
