import { Code, NativeSelect, Text } from '@mantine/core';
import { ruleTexts, texts } from '../../../texts.ts';
import { useEditing, useProblem } from './context.ts';
import classes from './edit.module.css';
import { Completed } from './fields/Completed.tsx';
import { LiquidText } from './fields/LiquidText.tsx';
import { Rows } from './fields/Rows.tsx';
import { TagsRow } from './fields/TagsRow.tsx';
import type { ReactionForm } from './form.ts';
import { Item } from './Item.tsx';
import { optionsOf } from './PersonPart.tsx';
import { anchorOf, type Path } from './problems.ts';
import { TaskInputs } from './TaskInputs.tsx';

const labels = ruleTexts.reactions;

interface ReactionRuleProps {
  path: Path;
  rule: ReactionForm;
  onChange(rule: ReactionForm): void;
  onRemove(): void;
}

/** What one report of Customer.io does to the deal. */
export function ReactionRule({ path, rule, onChange, onRemove }: ReactionRuleProps) {
  const { choices } = useEditing();
  const { name, note, task, field, tags, repeat, machine_opens: machines } = rule;
  const does = [
    note ? texts.rules.noteText : '',
    ...field.map((row) => `${row.name} = ${row.value}`),
    ...tags.add.map((tag) => `+ ${tag}`),
    ...tags.remove.map((tag) => `− ${tag}`),
    task ? texts.rules.taskText : '',
  ].filter(Boolean);
  const usual = name.endsWith('_opened') ? 'first' : 'every';
  return (
    <Item
      path={path}
      head={
        <span className={classes.stageLine}>
          <Code>{name}</Code>
          <Text span size="sm" c="dimmed">
            {does.join(', ') || labels.nothingYet}
          </Text>
        </span>
      }
      removeLabel={labels.remove}
      onRemove={onRemove}
    >
      <LiquidText
        path={[...path, 'note']}
        kind="reaction"
        report={name}
        label={texts.rules.note}
        description={labels.noteHint}
        value={note}
        onChange={(to) => onChange({ ...rule, note: to })}
      />
      <TaskInputs
        path={[...path, 'task']}
        kind="reaction"
        report={name}
        task={task}
        onChange={(to) => onChange({ ...rule, task: to })}
      />
      <Rows
        path={[...path, 'field']}
        label={labels.fields}
        description={labels.fieldsHint}
        heads={[labels.field, labels.fieldValue]}
        names={choices.fields}
        rows={field}
        onChange={(to) => onChange({ ...rule, field: to })}
        input={(row) => <Completed {...row} isLabelHidden choices={[]} />}
      />
      <TagsRow path={[...path, 'tags']} tags={tags} onChange={(to) => onChange({ ...rule, tags: to })} />
      <div className={classes.two}>
        <NativeSelect
          id={anchorOf([...path, 'repeat'])}
          label={labels.repeat}
          description={labels.repeatHint}
          data={optionsOf(labels.repeatLabels, repeat)}
          value={repeat || usual}
          onChange={(event) => onChange({ ...rule, repeat: event.currentTarget.value })}
          error={useProblem([...path, 'repeat'])}
        />
        {/_(opened|clicked)$/.test(name) || machines !== '' ? (
          <NativeSelect
            id={anchorOf([...path, 'machine_opens'])}
            label={labels.machines}
            description={labels.machinesHint}
            data={optionsOf(labels.machinesLabels, machines)}
            value={machines || 'ignore'}
            onChange={(event) => onChange({ ...rule, machine_opens: event.currentTarget.value })}
          />
        ) : null}
      </div>
    </Item>
  );
}
