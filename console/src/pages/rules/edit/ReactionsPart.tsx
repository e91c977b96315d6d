import { Select } from '@mantine/core';
import { ruleTexts, texts } from '../../../texts.ts';
import { useEditing } from './context.ts';
import classes from './edit.module.css';
import { NO_TAGS, type ReactionForm } from './form.ts';
import { Part } from './Part.tsx';
import { ReactionRule } from './ReactionRule.tsx';

const labels = ruleTexts.reactions;

interface ReactionsPartProps {
  rules: readonly ReactionForm[];
  onChange(rules: ReactionForm[]): void;
}

/** What comes back to the deal, a line for each report of Customer.io. */
export function ReactionsPart({ rules, onChange }: ReactionsPartProps) {
  const { choices, focusSoon } = useEditing();
  const free = choices.reports.filter(({ value }) => rules.every(({ name }) => name !== value));
  function add(name: string) {
    onChange([
      ...rules,
      { name, note: '', task: null, field: [], tags: NO_TAGS, repeat: '', machine_opens: '' },
    ]);
    focusSoon(['reactions', name, 'note']);
  }
  return (
    <Part title={texts.rules.reactions} lead={labels.lead} of="reactions">
      {rules.length > 0 ? (
        <div className={`card ${classes.part}`}>
          {rules.map((rule, index) => (
            <ReactionRule
              key={rule.name}
              path={['reactions', rule.name]}
              rule={rule}
              onChange={(changed) => onChange(rules.with(index, changed))}
              onRemove={() => onChange(rules.toSpliced(index, 1))}
            />
          ))}
        </div>
      ) : null}
      <Select
        maw={420}
        label={labels.add}
        placeholder={labels.addHint}
        data={free.map(({ value }) => value)}
        searchable
        value={null}
        onChange={(name) => name && add(name)}
        nothingFoundMessage={ruleTexts.liquid.nothingFound}
        maxDropdownHeight={280}
      />
    </Part>
  );
}
