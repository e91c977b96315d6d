import { Anchor, Button, Group, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { DeadLetter, FailureGroup } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Facts } from '../../parts/Facts.tsx';
import { ReplayIcon, TrashIcon } from '../../parts/icons.tsx';
import { plural, sideLabels, texts } from '../../texts.ts';
import classes from './GroupCard.module.css';

const words = texts.failures;

interface GroupCardProps {
  group: FailureGroup;
  onReplay(group: FailureGroup): void;
  onDiscard(group: FailureGroup): void;
}

/** Dead letters of one cause: what the other side says, who acts, what to do. */
export function GroupCard(props: GroupCardProps) {
  const { group } = props;
  const { connection, lane, names, count, first, last, owner, todo, examples } = group;
  const mayEdit = useMayEdit(connection);
  const title = words.groupTitle(plural(count, names.one, names.many), sideLabels[lane]);
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
        {mayEdit ? <Buttons {...props} /> : null}
      </Group>
      <Text className={classes.words}>{group.words ?? words.noWords}</Text>
      <Facts>
        <dt>{words.who}</dt>
        <dd>{words.owner[owner] ?? owner}</dd>
        <dt>{words.todo}</dt>
        <dd>{todo}</dd>
        <dt>{words.examples}</dt>
        <dd>
          <Examples examples={examples} connection={connection} />
        </dd>
      </Facts>
    </section>
  );
}

function Examples({ examples, connection }: { examples: DeadLetter[]; connection: string }) {
  return (
    <ul>
      {examples.map(({ id, dealId, deal, client, person, words: said }) => {
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
                {deal ?? client ?? (dealId === null ? person : texts.subject.deal(dealId))}
              </Anchor>
            )}{' '}
            <Text span size="xs" c="dimmed">
              {[
                deal === null || dealId === null ? null : texts.activity.deal(dealId),
                dealId === null ? null : person,
              ]
                .filter(Boolean)
                .join(', ')}
            </Text>
          </li>
        );
      })}
    </ul>
  );
}

function Buttons({ group, onReplay, onDiscard }: GroupCardProps) {
  return (
    <Group gap="xs">
      <Button
        size="xs"
        leftSection={<ReplayIcon size={14} />}
        disabled={group.removed}
        onClick={() => onReplay(group)}
      >
        {words.replay}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<TrashIcon size={14} />}
        onClick={() => onDiscard(group)}
      >
        {words.discard}
      </Button>
    </Group>
  );
}
