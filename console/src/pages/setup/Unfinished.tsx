import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { remove } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { SetupList } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { AskFirst } from '../../parts/AskFirst.tsx';
import { setupTexts } from '../../texts.ts';
import { setupsQuery } from './queries.ts';
import classes from './setup.module.css';

const labels = setupTexts.start;

/** The setups that somebody has begun: each leads to its next open step. */
export function Unfinished({ setups }: { setups: SetupList['setups'] }) {
  const removal = useMutation({
    mutationFn: (name: string) => remove(`/api/setup/connections/${encodeURIComponent(name)}`),
    onSuccess: (_, name) => queryClient.removeQueries({ queryKey: ['setup', name] }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: setupsQuery.queryKey }),
  });
  if (setups.length === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-label={labels.unfinished}>
      <Title order={2}>{labels.unfinished}</Title>
      {setups.map(({ name, updatedAt, createdBy, next }) => (
        <div key={name} className={`card ${classes.unfinished}`}>
          <div className="wrap">
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed">
              {labels.unfinishedNext(setupTexts.stepLabels[next ?? 'finish'])} · {labels.begun(createdBy)} ·{' '}
              <Ago at={updatedAt} />
            </Text>
          </div>
          <Group gap="xs" wrap="nowrap">
            <Button
              size="xs"
              renderRoot={(props) => (
                <Link to="/setup/$name" params={{ name }} aria-label={labels.resumeLabel(name)} {...props} />
              )}
            >
              {labels.resume}
            </Button>
            <AskFirst
              size="xs"
              label={labels.removeLabel(name)}
              sure={labels.sure(name)}
              doIt={labels.remove}
              onDo={() => removal.mutate(name)}
            >
              {labels.remove}
            </AskFirst>
          </Group>
        </div>
      ))}
      {removal.error ? (
        <Text size="sm" c="red" role="alert">
          {removal.error.message}
        </Text>
      ) : null}
    </Stack>
  );
}
