import { Stack, Switch, TextInput } from '@mantine/core';
import { ruleTexts } from '../../../texts.ts';
import { type TextKind, useEditing, useProblem } from './context.ts';
import { LiquidText } from './fields/LiquidText.tsx';
import type { TaskForm } from './form.ts';
import { anchorOf, type Path } from './problems.ts';

const labels = ruleTexts.task;

interface TaskInputsProps {
  path: Path;
  kind: TextKind;
  task: TaskForm | null;
  /** The report of a reaction's task. */
  report?: string;
  onChange(task: TaskForm | null): void;
}

/** A task for the deal's responsible user, if there shall be one. */
export function TaskInputs({ path, kind, task, report, onChange }: TaskInputsProps) {
  const { focusSoon } = useEditing();
  const dueProblem = useProblem([...path, 'due']);
  return (
    <Stack gap="sm">
      <Switch
        label={labels.make}
        description={labels.makeHint}
        checked={task !== null}
        onChange={(event) => {
          const isOn = event.currentTarget.checked;
          onChange(isOn ? { text: '', due: '' } : null);
          if (isOn) focusSoon([...path, 'text']);
        }}
      />
      {task ? (
        <Stack gap="sm" pl={{ base: 0, sm: 'xl' }}>
          <LiquidText
            path={[...path, 'text']}
            kind={kind}
            label={labels.text}
            description={labels.textHint}
            value={task.text}
            onChange={(text) => onChange({ ...task, text })}
            isRequired
            {...(report === undefined ? {} : { report })}
          />
          <TextInput
            id={anchorOf([...path, 'due'])}
            label={labels.due}
            description={labels.dueHint}
            placeholder="1d"
            maw={320}
            value={task.due}
            onChange={(event) => onChange({ ...task, due: event.currentTarget.value })}
            error={dueProblem}
          />
        </Stack>
      ) : null}
    </Stack>
  );
}
