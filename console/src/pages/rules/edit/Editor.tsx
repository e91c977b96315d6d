import { Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RuleHelp, RuleSource } from '../../../api/types.ts';
import { ruleTexts } from '../../../texts.ts';
import { CasesPart } from '../cases/CasesPart.tsx';
import { useDraftCoverage } from '../coverage/useDraftCoverage.ts';
import { Bar } from './Bar.tsx';
import { choicesOf } from './choices.ts';
import { EditingContext } from './context.ts';
import { FormPart } from './FormPart.tsx';
import { allRowProblems, type RulesForm } from './form.ts';
import type { Pipeline } from './kommo-stages.ts';
import { LeaveWindow } from './LeaveWindow.tsx';
import { Notices } from './Notices.tsx';
import { PublishWindow } from './PublishWindow.tsx';
import type { Path } from './problems.ts';
import { pathOfRule } from './rule-path.ts';
import { isView, VIEWS } from './search.ts';
import { TextPart } from './TextPart.tsx';
import { ComparePart } from './try/ComparePart.tsx';
import { TryPart } from './try/TryPart.tsx';
import { useDraft } from './useDraft.ts';
import { useFolds } from './useFolds.ts';

const labels = ruleTexts.edit;

interface EditorProps {
  source: RuleSource;
  help: RuleHelp;
  pipelines: readonly Pipeline[];
  user: string;
}

export function Editor({ source, help, pipelines, user }: EditorProps) {
  const { connection } = source;
  const { view = 'form', rule } = useSearch({ from: '/shell/rules/edit' });
  const navigate = useNavigate({ from: '/rules/edit' });
  const rules = useDraft(source, user);
  const { check, form } = rules;
  const folds = useFolds();
  useLinkedRule(rule, form, pipelines, folds.focusSoon);
  const [isPublishing, setPublishing] = useState(false);

  const choices = useMemo(() => choicesOf(help), [help]);
  const problems = useMemo(
    () => [...(form ? allRowProblems(form) : []).map(rowProblem), ...(check.checked?.problems ?? [])],
    [form, check.checked],
  );
  const coverage = useDraftCoverage(connection, check.checked?.tree);
  const show = (next: string | null) =>
    isView(next) && navigate({ search: (before) => ({ ...before, view: next }), replace: true });

  const draft = rules.isTouched ? rules.draft : undefined;
  const editing = useMemo(
    () => ({ ...folds, connection, draft, live: source.tree, choices, problems, coverage }),
    [folds, connection, draft, source.tree, choices, problems, coverage],
  );
  return (
    <EditingContext value={editing}>
      <Stack gap="md">
        <Bar
          rules={rules}
          source={source}
          problems={problems}
          onGo={(path) => {
            void show('form');
            folds.focusSoon(path);
          }}
          onPublish={() => setPublishing(true)}
        />
        <Notices rules={rules} source={source} />
        <Tabs value={view} onChange={show} keepMounted={false}>
          <Tabs.List mb="md">
            {VIEWS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {labels.views[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="form">
            <FormPart connection={connection} rules={rules} pipelines={pipelines} />
          </Tabs.Panel>
          <Tabs.Panel value="text">
            <TextPart rules={rules} />
          </Tabs.Panel>
          <Tabs.Panel value="try">
            <TryPart
              connection={connection}
              pipelines={pipelines}
              rules={rules}
              isWrong={problems.length > 0}
            />
          </Tabs.Panel>
          <Tabs.Panel value="compare">
            <ComparePart connection={connection} rules={rules} isWrong={problems.length > 0} />
          </Tabs.Panel>
          <Tabs.Panel value="cases">
            <CasesPart connection={connection} rules={rules} isWrong={problems.length > 0} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
      {isPublishing ? (
        <PublishWindow
          connection={connection}
          rules={rules}
          coverage={coverage}
          onClose={() => setPublishing(false)}
        />
      ) : null}
      <LeaveWindow isTouched={rules.isTouched} forget={rules.forget} />
    </EditingContext>
  );
}

/** Opens the rule that the address names, once. */
function useLinkedRule(
  title: string | undefined,
  form: RulesForm | null,
  pipelines: readonly Pipeline[],
  focusSoon: (path: Path) => void,
): void {
  const opened = useRef<string>(undefined);
  useEffect(() => {
    if (title === undefined || form === null || opened.current === title) return;
    opened.current = title;
    const path = pathOfRule(title, form, pipelines);
    if (path) focusSoon(path);
  }, [title, form, pipelines, focusSoon]);
}

function rowProblem({ path, problem }: ReturnType<typeof allRowProblems>[number]) {
  return { path, line: 0, column: 0, message: ruleTexts.rows[problem], hint: null };
}
