import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DeadLetter, FailureGroup } from '../../api/types.ts';
import { Ago } from '../../parts/Ago.tsx';
import { ReplayIcon, TrashIcon } from '../../parts/icons.tsx';
import { actionWords, counted, sideWords, texts } from '../../texts.ts';
import { DiscardWindow } from './DiscardWindow.tsx';
import classes from './GroupCard.module.css';
import { ReplayWindow } from './ReplayWindow.tsx';
import { idsOf } from './selection.ts';

const words = texts.failures;

/** Dead letters of one cause: what the other side says, who acts, what to do. */
export function GroupCard({ group, mayEdit }: { group: FailureGroup; mayEdit: boolean }) {
  const { connection, lane, kind, count, first, last, owner, todo, examples } = group;
  const title = words.groupTitle(counted(count, ...actionWords[kind]), sideWords[lane]);
  return (
    <section className={`card ${classes.group}`} aria-label={title}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed">
            {connection} · {words.since} <Ago at={first} />
            {count > 1 ? (
              <>
                , {words.last} <Ago at={last} />
              </>
            ) : null}
          </Text>
        </div>
        {mayEdit ? <Buttons group={group} /> : null}
      </Group>
      <Text className={classes.words}>{group.words ?? words.noWords}</Text>
      <dl className={classes.advice}>
        <dt>{words.who}</dt>
        <dd>{words.owner[owner] ?? owner}</dd>
        <dt>{words.todo}</dt>
        <dd>{todo}</dd>
        <dt>{words.examples}</dt>
        <dd>
          <Examples examples={examples} connection={connection} />
        </dd>
      </dl>
    </section>
  );
}

function Examples({ examples, connection }: { examples: DeadLetter[]; connection: string }) {
  return (
    <ul className={classes.examples}>
      {examples.map(({ id, dealId, person, words: said }) => {
        const q = dealId === null ? person : String(dealId);
        return (
          <li key={id} title={said ?? undefined}>
            {q === null ? (
              `#${id}`
            ) : (
              <Anchor
                size="sm"
                renderRoot={(props) => <Link to="/subject" search={{ q, connection }} {...props} />}
              >
                {[dealId === null ? null : texts.subject.deal(dealId), person].filter(Boolean).join(', ')}
              </Anchor>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Buttons({ group }: { group: FailureGroup }) {
  const [open, setOpen] = useState<'replay' | 'discard' | null>(null);
  const selection = useMutation({ mutationFn: () => idsOf(group) });
  const show = (which: 'replay' | 'discard') => {
    setOpen(which);
    selection.mutate();
  };
  const close = () => {
    setOpen(null);
    selection.reset();
  };
  const wanted = selection.data ? { ids: selection.data, connection: group.connection } : null;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Button
          size="xs"
          leftSection={<ReplayIcon size={14} />}
          loading={open === 'replay' && selection.isPending}
          disabled={group.removed}
          onClick={() => show('replay')}
        >
          {words.replay}
        </Button>
        <Button
          size="xs"
          variant="default"
          leftSection={<TrashIcon size={14} />}
          loading={open === 'discard' && selection.isPending}
          onClick={() => show('discard')}
        >
          {words.discard}
        </Button>
      </Group>
      {selection.error ? (
        <Alert color="red" role="alert">
          {selection.error.message}
        </Alert>
      ) : null}
      {wanted && wanted.ids.length > 0 && open === 'replay' ? (
        <ReplayWindow wanted={wanted} onClose={close} />
      ) : null}
      {wanted && wanted.ids.length > 0 && open === 'discard' ? (
        <DiscardWindow wanted={wanted} onClose={close} />
      ) : null}
    </Stack>
  );
}
