import { Button, Group, Loader } from '@mantine/core';
import type { DraftProblem, RuleSource } from '../../../api/types.ts';
import { AskFirst } from '../../../parts/AskFirst.tsx';
import { ruleTexts } from '../../../texts.ts';
import classes from './edit.module.css';
import { ProblemList } from './ProblemList.tsx';
import type { Path } from './problems.ts';
import type { EditedRules } from './useDraft.ts';

const labels = ruleTexts.bar;

interface BarProps {
  rules: EditedRules;
  source: RuleSource;
  problems: readonly DraftProblem[];
  /** Leads to an input of the form. */
  onGo(path: Path): void;
  onPublish(): void;
}

/** The state of the draft, and the button to publish it. The bar stays visible. */
export function Bar({ rules, source, problems, onGo, onPublish }: BarProps) {
  const { check, isTouched, forget, form } = rules;
  const warnings = check.checked?.warnings ?? [];
  const obstacle = obstacleTo(rules, source, problems);
  return (
    <Group className={`card ${classes.bar}`} justify="space-between" gap="xs">
      <Group gap="xs" role="status" fz="sm" flex={1} miw={180}>
        {check.isFresh || check.error ? null : <Loader size={14} aria-hidden="true" />}
        {problems.length > 0 ? (
          <ProblemList
            label={labels.problems(problems.length)}
            tone="mistake"
            problems={problems}
            form={form}
            onGo={onGo}
          />
        ) : (
          <span>{obstacle ?? labels.ready(check.checked?.changes.length ?? 0)}</span>
        )}
        {warnings.length > 0 ? (
          <ProblemList
            label={labels.warnings(warnings.length)}
            tone="doubt"
            problems={warnings}
            form={form}
            onGo={onGo}
          />
        ) : null}
      </Group>
      <Group gap="xs">
        {isTouched ? (
          <AskFirst size="sm" sure={labels.sureDiscard} doIt={labels.discardNow} onDo={forget}>
            {labels.discard}
          </AskFirst>
        ) : null}
        <Button size="sm" onClick={onPublish} disabled={obstacle !== null}>
          {labels.publish}
        </Button>
      </Group>
    </Group>
  );
}

/** Why it cannot be published now, in words; null where it can. */
function obstacleTo(
  { check, isBehind }: EditedRules,
  source: RuleSource,
  problems: readonly DraftProblem[],
): string | null {
  if (check.error) return labels.notChecked;
  if (problems.length > 0) return labels.problems(problems.length);
  if (!check.isFresh) return labels.checking;
  if (isBehind) return labels.behind(source.version);
  return check.checked?.text === source.text ? labels.same : null;
}
