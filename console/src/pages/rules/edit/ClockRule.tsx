import { MultiSelect, NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { ruleTexts, texts } from '../../../texts.ts';
import { useEditing, useProblem } from './context.ts';
import { EventCampaigns } from './EventCampaigns.tsx';
import classes from './edit.module.css';
import { Completed } from './fields/Completed.tsx';
import type { Choice } from './fields/values.ts';
import type { ClockForm } from './form.ts';
import { Item } from './Item.tsx';
import { optionsOf } from './PersonPart.tsx';
import { anchorOf, type Path } from './problems.ts';
import { SendTestOfRule } from './send/SendTestOfRule.tsx';
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
  const reports = [unless].flat().filter(Boolean);
  const set = (part: Partial<ClockForm>) => onChange({ ...rule, ...part });
  return (
    <Item
      path={path}
      head={`${texts.rules.inactivitySummary(start || '…', after || '…', reports.join(', ') || '…')} ${event || '…'}`}
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
        <TagsInput
          id={anchorOf([...path, 'unless'])}
          label={labels.unless}
          description={labels.unlessHint}
          data={['any_engagement', ...choices.reports.map(({ value }) => value)]}
          value={reports}
          onChange={(to) => set({ unless: to.length > 1 ? to : (to[0] ?? '') })}
          error={useProblem([...path, 'unless'])}
          limit={40}
          acceptValueOnBlur
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
        <EventCampaigns event={event} />
        <MultiSelect
          id={anchorOf([...path, 'stop_when'])}
          label={labels.stopWhen}
          description={labels.stopWhenHint}
          data={stopOptions(rule.stop_when)}
          value={rule.stop_when}
          onChange={(to) => set({ stop_when: to })}
          error={useProblem([...path, 'stop_when'])}
        />
        <NativeSelect
          id={anchorOf([...path, 'unmailable_clients'])}
          label={labels.unmailable}
          description={labels.unmailableHint}
          data={optionsOf(labels.unmailableLabels, rule.unmailable_clients)}
          value={rule.unmailable_clients || 'keep'}
          onChange={({ currentTarget }) => set({ unmailable_clients: currentTarget.value })}
          error={useProblem([...path, 'unmailable_clients'])}
        />
      </div>
      <TaskInputs
        path={[...path, 'task']}
        kind="inactivity"
        task={task}
        onChange={(to) => set({ task: to })}
      />
      <SendTestOfRule part="inactivity" index={Number(path[1])} />
    </Item>
  );
}

/** The known conditions, and what a draft in the text has besides, each once. */
function stopOptions(chosen: readonly string[]): { value: string; label: string }[] {
  const known: Record<string, string> = labels.stopWhenLabels;
  return [...new Set([...Object.keys(known), ...chosen])].map((value) => ({
    value,
    label: known[value] ?? value,
  }));
}
