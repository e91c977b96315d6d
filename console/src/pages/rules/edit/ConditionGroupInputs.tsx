import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { PlusIcon } from '../../../parts/icons.tsx';
import { ruleTexts } from '../../../texts.ts';
import { ConditionTestInputs } from './ConditionTestInputs.tsx';
import { type ConditionGroup, type ConditionNode, MODES, newGroup, newTest } from './condition-tree.ts';
import classes from './edit.module.css';
import type { Path } from './problems.ts';
import { RemoveButton } from './RemoveButton.tsx';

const labels = ruleTexts.conditions;

/** Deeper ones are shown, and only not added: nobody reads four levels. */
const MAX_LEVELS = 3;

interface ConditionGroupInputsProps {
  /** Of the whole condition. */
  path: Path;
  group: ConditionGroup;
  /** `2.1`: the first group within the second item; empty for the outermost group. */
  place: string;
  onChange(group: ConditionGroup): void;
  /** Left out for the outermost group. */
  onRemove?: () => void;
}

/** How the items of a group go together, and the items: tests, and groups of their own. */
export function ConditionGroupInputs({ path, group, place, onChange, onRemove }: ConditionGroupInputsProps) {
  const { mode, items } = group;
  const set = (changed: ConditionNode[]) => onChange({ ...group, items: changed });
  const isNested = onRemove !== undefined;
  const level = place === '' ? 1 : place.split('.').length + 1;
  return (
    <Stack
      gap={6}
      {...(isNested && {
        role: 'group',
        'aria-label': labels.group(place),
        className: classes.conditionGroup,
      })}
    >
      {isNested || mode !== 'all' || items.length > 1 ? (
        <Group gap={6} wrap="nowrap" justify="space-between">
          <NativeSelect
            size="xs"
            aria-label={labels.mode(place)}
            data={MODES.map((value) => ({ value, label: labels.modes[value] }))}
            value={mode}
            onChange={({ currentTarget }) =>
              onChange({ ...group, mode: MODES.find((known) => known === currentTarget.value)! })
            }
          />
          {onRemove ? <RemoveButton label={labels.removeGroup(place)} onClick={onRemove} /> : null}
        </Group>
      ) : null}
      {items.map((item, index) => {
        const common = {
          path,
          place: [place, index + 1].filter(Boolean).join('.'),
          onRemove: () => set(items.toSpliced(index, 1)),
        };
        return item.kind === 'group' ? (
          <ConditionGroupInputs
            // biome-ignore lint/suspicious/noArrayIndexKey: an item has no name, and its inputs keep nothing
            key={index}
            {...common}
            group={item}
            onChange={(changed) =>
              set(changed.items.length > 0 ? items.with(index, changed) : items.toSpliced(index, 1))
            }
          />
        ) : (
          <ConditionTestInputs
            // biome-ignore lint/suspicious/noArrayIndexKey: likewise
            key={index}
            {...common}
            row={item}
            onChange={(changed) => set(items.with(index, changed))}
          />
        );
      })}
      <Group gap={6}>
        <AddButton label={labels.add} place={place} onClick={() => set([...items, newTest()])} />
        {level < MAX_LEVELS ? (
          <AddButton label={labels.addGroup} place={place} onClick={() => set([...items, newGroup()])} />
        ) : null}
      </Group>
    </Stack>
  );
}

/** @param place says in which group, to those who cannot see it */
function AddButton({ label, place, onClick }: { label: string; place: string; onClick(): void }) {
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<PlusIcon size={14} />}
      {...(place !== '' && { 'aria-label': labels.inGroup(label, place) })}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}
