import { Alert, Anchor, Button, Group, List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { DraftProblem, RuleSource } from '../../../api/types.ts';
import { Failed } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts-rules.ts';
import { placeOf } from './places.ts';
import { inOneText, type Path } from './problems.ts';
import type { View } from './search.ts';
import type { EditedRules } from './useDraft.ts';

const words = ruleTexts.notices;

interface NoticesProps {
  rules: EditedRules;
  source: RuleSource;
  problems: readonly DraftProblem[];
  view: View;
  /** Leads to the input in the form. */
  onGo(path: Path): void;
}

/** What somebody should know before they go on: another version, mistakes, doubts. */
export function Notices({ rules, source, problems, view, onGo }: NoticesProps) {
  const { check, isBehind, basedOn, catchUp, form } = rules;
  const listed = (all: readonly DraftProblem[]) => (
    <List size="sm" spacing={2}>
      {all.map((problem) => (
        <List.Item key={`${problem.path.join('.')} ${problem.message}`}>
          {form ? (
            <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onGo(problem.path)}>
              {placeOf(problem.path, form)}
            </Anchor>
          ) : (
            ruleTexts.text.line(problem.line)
          )}
          : {inOneText(problem)}
        </List.Item>
      ))}
    </List>
  );
  return (
    <>
      {isBehind ? (
        <Alert color="yellow" variant="light" title={words.behindTitle(source.version)} role="alert">
          <Text size="sm">{words.behind(source.version, basedOn)}</Text>
          <Group gap="md" mt="xs">
            <Button size="xs" variant="default" onClick={catchUp}>
              {words.catchUp(source.version)}
            </Button>
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to="/rules/versions"
                  search={(before) => ({ ...before, from: basedOn, to: source.version })}
                  target="_blank"
                  {...props}
                />
              )}
            >
              {words.seeOther}
            </Anchor>
          </Group>
        </Alert>
      ) : null}
      {check.error ? <Failed error={check.error} again={check.again} /> : null}
      {problems.length > 0 && view !== 'text' ? (
        <Alert color="red" variant="light" title={words.problems(problems.length)}>
          {listed(problems)}
        </Alert>
      ) : null}
      {check.checked && check.checked.warnings.length > 0 ? (
        <Alert color="yellow" variant="light" title={words.warnings}>
          {listed(check.checked.warnings)}
        </Alert>
      ) : null}
    </>
  );
}
