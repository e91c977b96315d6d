import { Button } from '@mantine/core';
import { PlusIcon } from '../../../parts/icons.tsx';
import { ruleTexts, texts } from '../../../texts.ts';
import { ClockRule } from './ClockRule.tsx';
import { useEditing } from './context.ts';
import classes from './edit.module.css';
import type { ClockForm } from './form.ts';
import { Part } from './Part.tsx';

const labels = ruleTexts.clocks;

interface ClocksPartProps {
  rules: readonly ClockForm[];
  /** The events that stages send. */
  events: readonly string[];
  onChange(rules: ClockForm[]): void;
}

/** The inactivity clocks. */
export function ClocksPart({ rules, events, onChange }: ClocksPartProps) {
  const { focusSoon } = useEditing();
  const choices = [...new Set(events)].filter(Boolean).map((value) => ({ value, label: '' }));
  return (
    <Part title={texts.rules.inactivity} lead={labels.lead} of="inactivity">
      {rules.length > 0 ? (
        <div className={`card ${classes.part}`}>
          {rules.map((rule, index) => (
            <ClockRule
              // biome-ignore lint/suspicious/noArrayIndexKey: a clock has no name, and its inputs keep nothing
              key={index}
              path={['inactivity', index]}
              rule={rule}
              events={choices}
              onChange={(changed) => onChange(rules.with(index, changed))}
              onRemove={() => onChange(rules.toSpliced(index, 1))}
            />
          ))}
        </div>
      ) : null}
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<PlusIcon size={14} />}
        w="fit-content"
        onClick={() => {
          const empty = { start: '', after: '5d', unless: '', event: '', task: null };
          onChange([...rules, { ...empty, stop_when: [], unmailable_clients: '' }]);
          focusSoon(['inactivity', rules.length, 'start']);
        }}
      >
        {labels.add}
      </Button>
    </Part>
  );
}
