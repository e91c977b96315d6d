import { Anchor, Group, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Ago } from '../../parts/Ago.tsx';
import { boardTexts as labels } from '../../texts.ts';
import classes from './board.module.css';
import { Mailbox } from './Mailbox.tsx';
import type { Board, BoardAction, BoardDeal } from './types.ts';

interface DealCardProps {
  deal: BoardDeal;
  stages: Board['stages'];
  onDo(doing: BoardAction): void;
}

/** The deal's card in Kommo, next to its client's mailbox. */
export function DealCard({ deal, stages, onDo }: DealCardProps) {
  const { id, name, stage, price, person } = deal;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" className={classes.open}>
      <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.inKommo}>
        <Group justify="space-between" align="flex-start">
          <div>
            <Text size="xs" c="dimmed">
              {labels.inKommo}
            </Text>
            <Title order={2}>{name}</Title>
            <Text size="sm">
              {person}, {labels.price(price)}
            </Text>
          </div>
          <Select
            size="xs"
            label={labels.stage}
            data={stages.map((each) => ({ value: String(each.id), label: each.name }))}
            value={String(stage)}
            allowDeselect={false}
            onChange={(value) => value && onDo({ what: 'move', deal: id, stage: Number(value) })}
          />
        </Group>
        <Entries deal={deal} />
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/subject" search={{ q: String(id) }} {...props} />}
        >
          {labels.why}
        </Anchor>
      </Stack>
      <Mailbox key={id} mailbox={deal} onDo={onDo} />
    </SimpleGrid>
  );
}

function Entries({ deal: { entries, emailStatus } }: { deal: BoardDeal }) {
  return (
    <div aria-live="polite">
      {emailStatus ? (
        <Text size="sm">
          email_status: <b>{emailStatus}</b>
        </Text>
      ) : null}
      {entries.length === 0 ? <Text size="sm">{labels.noEntries}</Text> : null}
      <ul className={classes.entries}>
        {entries.map(({ id, kind, text, at }) => (
          <li key={`${kind} ${id}`} data-kind={kind}>
            <Text size="xs" c="dimmed">
              {labels[kind]}, <Ago at={at} />
            </Text>
            <Text size="sm" className="wrap">
              {text}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}
