import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import type { Published } from '../../api/types.ts';
import { caseTexts, ruleTexts, texts } from '../../texts.ts';
import { CasesBeforePublishing } from './cases/CasesBeforePublishing.tsx';
import { judgedQuery } from './cases/queries.ts';
import { PublishEffects } from './PublishEffects.tsx';
import { forgetRules, type Publication, publish } from './queries.ts';
import { Sentences } from './Sentences.tsx';

const labels = ruleTexts.publish;

interface PublishFormProps {
  publication: Omit<Publication, 'note'>;
  /** What changes for the deals and people, before it is done. */
  changes: readonly string[];
  /** What speaks for another look first. */
  warning?: ReactNode;
  button: string;
  /** What follows from a version that came in between. */
  conflict: string;
  onPublished(published: Published): void;
  onClose(): void;
  /** Leads away from the window when it is done. */
  onDone(): void;
}

/** The last look before rules run: what changes, why, and what became of it. */
export function PublishForm(props: PublishFormProps) {
  const { publication, changes, warning, button, conflict, onPublished, onClose, onDone } = props;
  const judged = useQuery(judgedQuery(publication.connection, publication.draft));
  const [isAccepted, setAccepted] = useState(false);
  const cases = judged.data?.cases ?? [];
  const others = cases.filter(({ result }) => result !== 'same').length;
  const publishing = useMutation({
    mutationFn: (note: string) =>
      publish({ ...publication, note, ...(isAccepted ? { acceptDifferentCases: true } : {}) }),
    onSuccess: onPublished,
    // The page behind the window then knows of the other version.
    onError: (error) => isConflict(error) && forgetRules(),
  });
  if (publishing.data)
    return (
      <Stack gap="md">
        <Text role="status">{labels.done(publishing.data.version)}</Text>
        <Group justify="flex-end">
          <Button onClick={onDone} data-autofocus>
            {labels.toRules}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        publishing.mutate(String(new FormData(event.currentTarget).get('note')));
      }}
    >
      <Stack gap="md">
        <div>
          <Text size="sm" fw={600} mb={4}>
            {labels.changes}
          </Text>
          <Sentences sentences={changes} none={labels.noChanges} />
        </div>
        <PublishEffects publication={publication} />
        {warning}
        <CasesBeforePublishing judged={judged} isAccepted={isAccepted} onAccept={setAccepted} />
        <Textarea
          name="note"
          label={isAccepted ? caseTexts.reason : labels.note}
          required={isAccepted}
          description={labels.noteHint}
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
        />
        {publishing.error ? (
          <Alert color="red" role="alert">
            {publishing.error.message} {isConflict(publishing.error) ? conflict : null}
          </Alert>
        ) : null}
        <Text size="sm" c="dimmed">
          {labels.when}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.replay.cancel}
          </Button>
          <Button
            type="submit"
            loading={publishing.isPending}
            disabled={
              judged.isPending ||
              (others > 0 && !isAccepted) ||
              (publishing.error !== null && isConflict(publishing.error))
            }
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function isConflict(error: Error): boolean {
  return error instanceof ApiError && error.status === 409;
}
