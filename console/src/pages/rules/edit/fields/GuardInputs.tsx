import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { ruleTexts } from '../../../../texts.ts';
import { useProblem } from '../context.ts';
import classes from '../edit.module.css';
import type { GuardForm } from '../form.ts';
import { anchorOf, type Path } from '../problems.ts';

const labels = ruleTexts.guard;

interface GuardInputsProps {
  path: Path;
  guard: GuardForm;
  /** What the first choice stands for: the built-in limit, or that of all stages. */
  usual: string;
  onChange(guard: GuardForm): void;
}

/** How many deals may enter a stage at once before their events are held for a decision. */
export function GuardInputs({ path, guard, usual, onChange }: GuardInputsProps) {
  const problem = useProblem(path);
  return (
    <Stack gap="sm" maw={420}>
      <NativeSelect
        id={anchorOf(path)}
        label={labels.label}
        description={labels.hint}
        data={[{ value: 'usual', label: usual }, ...Object.entries(labels.kinds).map(optionOf)]}
        value={kindOf(guard)}
        onChange={(event) => onChange(GUARDS[event.currentTarget.value as Kind])}
        error={problem}
      />
      {typeof guard === 'object' && kindOf(guard) === 'own' ? (
        <div className={classes.two}>
          <Limit
            path={[...path, 'deals']}
            label={labels.deals}
            placeholder="100"
            value={guard.deals ?? ''}
            onChange={(deals) => onChange({ ...guard, deals })}
          />
          <Limit
            path={[...path, 'within']}
            label={labels.within}
            placeholder="1m"
            value={guard.within ?? ''}
            onChange={(within) => onChange({ ...guard, within })}
          />
        </div>
      ) : null}
    </Stack>
  );
}

type Kind = 'usual' | 'own' | 'off';

const GUARDS: Record<Kind, GuardForm> = {
  usual: undefined,
  own: { deals: '100', within: '1m' },
  off: 'off',
};

function kindOf(guard: GuardForm): Kind {
  if (guard === undefined) return 'usual';
  return typeof guard === 'string' || guard.deals === 'off' ? 'off' : 'own';
}

function optionOf([value, label]: [string, string]) {
  return { value, label };
}

interface LimitProps {
  path: Path;
  label: string;
  placeholder: string;
  value: string;
  onChange(value: string): void;
}

function Limit({ path, onChange, ...input }: LimitProps) {
  return (
    <TextInput
      id={anchorOf(path)}
      {...input}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={useProblem(path)}
    />
  );
}
