import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { RuleCases } from '../../../api/types.ts';
import { Ago } from '../../../parts/Ago.tsx';
import { AskFirst } from '../../../parts/AskFirst.tsx';
import { Answered, Empty } from '../../../parts/States.tsx';
import { caseTexts as labels, ruleTexts } from '../../../texts.ts';
import classes from '../edit/edit.module.css';
import type { EditedRules } from '../edit/useDraft.ts';
import { CaseDifference, CaseResult, type Judged } from './JudgedCase.tsx';
import { casesQuery, changeCase, deleteCase, judgedQuery } from './queries.ts';

interface CasesPartProps {
  connection: string;
  rules: EditedRules;
  isWrong: boolean;
}

/** The test cases of the rules, and what each comes to by the draft. */
export function CasesPart({ connection, rules: { draft }, isWrong }: CasesPartProps) {
  const cases = useQuery(casesQuery(connection));
  const hasAny = (cases.data?.cases.length ?? 0) > 0;
  const judged = useQuery({ ...judgedQuery(connection, draft), enabled: hasAny && !isWrong });
  const results = judged.data?.cases ?? [];
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {labels.lead}
      </Text>
      {isWrong ? <Alert color="yellow">{ruleTexts.try.wrong}</Alert> : null}
      <Answered of={cases}>
        {({ cases: all }) =>
          all.length === 0 ? (
            <Empty
              title={labels.none}
              hint={labels.noneHint}
              action={
                <Button
                  mt="xs"
                  size="xs"
                  variant="default"
                  renderRoot={(props) => (
                    <Link to="/rules/edit" search={{ connection, view: 'try' }} {...props} />
                  )}
                >
                  {ruleTexts.edit.views.try}
                </Button>
              }
            />
          ) : (
            <>
              <Text fw={600} role="status">
                {judged.data
                  ? labels.head(results.length, results.filter(({ result }) => result !== 'same').length)
                  : (judged.error?.message ?? (isWrong ? '' : labels.judging))}
              </Text>
              {all.map((one) => (
                <Case
                  key={one.id}
                  one={one}
                  judged={results.find(({ id }) => id === one.id)}
                  onRename={(name) => changeCase(connection, one.id, { name })}
                  onAccept={() => changeCase(connection, one.id, { expect: draft })}
                  onDelete={() => deleteCase(connection, one.id)}
                />
              ))}
            </>
          )
        }
      </Answered>
    </Stack>
  );
}

interface CaseProps {
  one: RuleCases['cases'][number];
  /** Missing while it is judged. */
  judged: Judged | undefined;
  onRename(name: string): Promise<void>;
  onAccept(): Promise<void>;
  onDelete(): Promise<void>;
}

function Case({ one: { name, title, savedAt, savedBy }, judged, onRename, onAccept, onDelete }: CaseProps) {
  const [newName, setNewName] = useState<string | null>(null);
  const changing = useMutation({ mutationFn: (change: () => Promise<void>) => change() });
  return (
    <Stack gap={6} className={`card ${classes.part}`} component="section" aria-label={name}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} className="wrap">
          {name} {judged ? <CaseResult result={judged.result} /> : null}
        </Text>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={labels.renameOne(name)}
            onClick={() => setNewName(newName === null ? name : null)}
          >
            {labels.rename}
          </Button>
          <AskFirst
            size="xs"
            label={labels.deleteOne(name)}
            sure={labels.sureDelete}
            doIt={labels.deleteNow}
            onDo={() => changing.mutate(onDelete)}
          >
            {labels.delete}
          </AskFirst>
        </Group>
      </Group>
      {newName === null ? null : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setNewName(null);
            if (newName.trim() !== '') changing.mutate(() => onRename(newName.trim()));
          }}
        >
          <Group align="flex-end" gap="xs">
            <TextInput
              label={labels.renameTo}
              value={newName}
              onChange={(event) => setNewName(event.currentTarget.value)}
              maxLength={100}
            />
            <Button type="submit" variant="default">
              {labels.rename}
            </Button>
          </Group>
        </form>
      )}
      <Text size="sm" c="dimmed" className="wrap">
        {title} · {labels.by(savedBy)} <Ago at={savedAt} />
      </Text>
      {judged ? <CaseDifference {...judged} /> : null}
      {judged?.result === 'different' ? (
        <Button
          size="xs"
          variant="default"
          w="fit-content"
          aria-label={labels.acceptOne(name)}
          loading={changing.isPending}
          onClick={() => changing.mutate(onAccept)}
        >
          {labels.accept}
        </Button>
      ) : null}
      {changing.error ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {changing.error.message}
        </Text>
      ) : null}
    </Stack>
  );
}
