import { ActionIcon, Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { CrossIcon, PlusIcon } from '../../../parts/icons.tsx';
import { ruleTexts } from '../../../texts-rules.ts';
import {
  type ConditionRow,
  type ConditionTree,
  conditionRows,
  conditionTree,
  TESTS,
} from './condition-rows.ts';
import { useEditing, useProblem } from './context.ts';
import classes from './edit.module.css';
import { Completed } from './fields/Completed.tsx';
import { anchorOf, type Path } from './problems.ts';

const labels = ruleTexts.conditions;

interface ConditionInputsProps {
  path: Path;
  condition: ConditionTree;
  onChange(condition: ConditionTree): void;
}

/** What must be true of the deal for its stage to send the event. */
export function ConditionInputs({ path, condition, onChange }: ConditionInputsProps) {
  const rows = conditionRows(condition);
  const problem = useProblem(path);
  const set = (changed: ConditionRow[]) => onChange(conditionTree(changed));
  return (
    <Stack gap={6} role="group" aria-label={labels.title} id={anchorOf(path)}>
      <div>
        <Text size="sm" fw={600} component="div">
          {labels.title}
        </Text>
        <Text size="xs" c="dimmed">
          {rows === null ? labels.nested : labels.hint}
        </Text>
      </div>
      {(rows ?? []).map((row, index) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a row has no name, and its inputs keep nothing
          key={index}
          number={index + 1}
          path={rows!.length > 1 ? [...path, index] : path}
          row={row}
          onChange={(changed) => set(rows!.with(index, changed))}
          onRemove={() => set(rows!.toSpliced(index, 1))}
        />
      ))}
      {problem ? (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      ) : null}
      {rows === null ? null : (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<PlusIcon size={14} />}
          w="fit-content"
          onClick={() => set([...rows, { value: 'deal.', test: 'equals', wanted: '' }])}
        >
          {labels.add}
        </Button>
      )}
    </Stack>
  );
}

interface RowProps {
  number: number;
  path: Path;
  row: ConditionRow;
  onChange(row: ConditionRow): void;
  onRemove(): void;
}

function Row({ number, path, row, onChange, onRemove }: RowProps) {
  const { choices } = useEditing();
  const set = (part: Partial<ConditionRow>) => onChange({ ...row, ...part });
  return (
    <div className={classes.condition}>
      <Completed
        path={[...path, 'value']}
        isLabelHidden
        label={labels.value(number)}
        choices={choices.paths}
        value={row.value}
        onChange={(value) => set({ value })}
      />
      <NativeSelect
        aria-label={labels.test(number)}
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
          aria-label={labels.wanted(number)}
          data={Object.entries(labels.empty).map(([value, label]) => ({ value, label }))}
          value={['no', 'false'].includes(row.wanted) ? 'no' : 'yes'}
          onChange={({ currentTarget }) => set({ wanted: currentTarget.value })}
        />
      ) : (
        <TextInput
          aria-label={labels.wanted(number)}
          placeholder={row.test === 'one_of' ? labels.listHint : ''}
          value={row.wanted}
          onChange={({ currentTarget }) => set({ wanted: currentTarget.value })}
        />
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={labels.remove(number)}
        title={labels.remove(number)}
        onClick={onRemove}
      >
        <CrossIcon size={16} />
      </ActionIcon>
    </div>
  );
}
