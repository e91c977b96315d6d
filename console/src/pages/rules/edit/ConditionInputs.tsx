import { Stack, Text } from '@mantine/core';
import { ruleTexts } from '../../../texts.ts';
import { ConditionGroupInputs } from './ConditionGroupInputs.tsx';
import { type ConditionTree, groupOfTree, treeOfGroup } from './condition-tree.ts';
import { useProblem } from './context.ts';
import { anchorOf, type Path } from './problems.ts';

const labels = ruleTexts.conditions;

interface ConditionInputsProps {
  path: Path;
  condition: ConditionTree;
  onChange(condition: ConditionTree): void;
}

/** What must be true of the deal for its stage to send the event. */
export function ConditionInputs({ path, condition, onChange }: ConditionInputsProps) {
  const group = groupOfTree(condition);
  const problem = useProblem(path);
  return (
    <Stack gap={6} role="group" aria-label={labels.title} id={anchorOf(path)}>
      <div>
        <Text size="sm" fw={600} component="div">
          {labels.title}
        </Text>
        <Text size="xs" c="dimmed">
          {group === null ? labels.unreadable : labels.hint}
        </Text>
      </div>
      {group === null ? null : (
        <ConditionGroupInputs
          path={path}
          group={group}
          place=""
          onChange={(changed) => onChange(treeOfGroup(changed))}
        />
      )}
      {problem ? (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      ) : null}
    </Stack>
  );
}
