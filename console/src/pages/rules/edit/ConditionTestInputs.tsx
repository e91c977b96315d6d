import { NativeSelect, TextInput } from '@mantine/core';
import { ruleTexts } from '../../../texts.ts';
import { type ConditionTest, TESTS } from './condition-tree.ts';
import { useEditing } from './context.ts';
import classes from './edit.module.css';
import { Completed } from './fields/Completed.tsx';
import type { Path } from './problems.ts';
import { RemoveButton } from './RemoveButton.tsx';

const labels = ruleTexts.conditions;

interface ConditionTestInputsProps {
  /** Of the whole condition. */
  path: Path;
  row: ConditionTest;
  /** `2.1`: the first item within the second one. */
  place: string;
  onChange(row: ConditionTest): void;
  onRemove(): void;
}

/** A value of the deal, and what it is compared with. */
export function ConditionTestInputs({ path, row, place, onChange, onRemove }: ConditionTestInputsProps) {
  const { choices } = useEditing();
  const set = (part: Partial<ConditionTest>) => onChange({ ...row, ...part });
  return (
    <div className={classes.condition}>
      <Completed
        path={[...path, ...row.at, 'value']}
        isLabelHidden
        label={labels.value(place)}
        choices={choices.paths}
        value={row.value}
        onChange={(value) => set({ value })}
      />
      <NativeSelect
        aria-label={labels.test(place)}
        data={TESTS.map((value) => ({ value, label: labels.tests[value] }))}
        value={row.test}
        onChange={({ currentTarget }) => {
          const test = TESTS.find((known) => known === currentTarget.value)!;
          const wanted = test === 'empty' ? 'yes' : row.test === 'empty' ? '' : row.wanted;
          set({ test, wanted });
        }}
      />
      {row.test === 'empty' ? (
        <NativeSelect
          aria-label={labels.wanted(place)}
          data={Object.entries(labels.empty).map(([value, label]) => ({ value, label }))}
          value={['no', 'false'].includes(row.wanted) ? 'no' : 'yes'}
          onChange={({ currentTarget }) => set({ wanted: currentTarget.value })}
        />
      ) : (
        <TextInput
          aria-label={labels.wanted(place)}
          placeholder={row.test === 'one_of' ? labels.listHint : ''}
          value={row.wanted}
          onChange={({ currentTarget }) => set({ wanted: currentTarget.value })}
        />
      )}
      <RemoveButton label={labels.remove(place)} onClick={onRemove} />
    </div>
  );
}
