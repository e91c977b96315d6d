import { TextInput } from '@mantine/core';
import { texts } from '../../../texts.ts';
import { ruleTexts } from '../../../texts-rules.ts';
import { useEditing, useProblem } from './context.ts';
import classes from './edit.module.css';
import { Completed } from './fields/Completed.tsx';
import type { Choice } from './fields/values.ts';
import type { ClockForm } from './form.ts';
import { Item } from './Item.tsx';
import { anchorOf, type Path } from './problems.ts';
import { TaskInputs } from './TaskInputs.tsx';

const labels = ruleTexts.clocks;

interface ClockRuleProps {
  path: Path;
  rule: ClockForm;
  /** Events of stages: one of them starts a clock. */
  events: readonly Choice[];
  onChange(rule: ClockForm): void;
  onRemove(): void;
}

/** What is done when a client gives no sign of life. */
export function ClockRule({ path, rule, events, onChange, onRemove }: ClockRuleProps) {
  const { choices } = useEditing();
  const { start, after, unless, event, task } = rule;
  const set = (part: Partial<ClockForm>) => onChange({ ...rule, ...part });
  return (
    <Item
      path={path}
      head={`${texts.rules.inactivitySummary(start || '…', after || '…', unless || '…')} ${event || '…'}`}
      removeLabel={labels.remove}
      onRemove={onRemove}
    >
      <div className={classes.two}>
        <Completed
          path={[...path, 'start']}
          label={labels.start}
          description={labels.startHint}
          choices={events}
          value={start}
          onChange={(to) => set({ start: to })}
        />
        <TextInput
          id={anchorOf([...path, 'after'])}
          label={labels.after}
          description={labels.afterHint}
          value={after}
          onChange={({ currentTarget }) => set({ after: currentTarget.value })}
          error={useProblem([...path, 'after'])}
        />
        <Completed
          path={[...path, 'unless']}
          label={labels.unless}
          description={labels.unlessHint}
          choices={choices.reports}
          value={unless}
          onChange={(to) => set({ unless: to })}
        />
        <TextInput
          id={anchorOf([...path, 'event'])}
          label={labels.event}
          description={labels.eventHint}
          value={event}
          onChange={({ currentTarget }) => set({ event: currentTarget.value })}
          error={useProblem([...path, 'event'])}
          spellCheck={false}
          autoComplete="off"
        />
      </div>
      <TaskInputs
        path={[...path, 'task']}
        kind="inactivity"
        task={task}
        onChange={(to) => set({ task: to })}
      />
    </Item>
  );
}
