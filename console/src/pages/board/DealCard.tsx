import { Anchor, Button, Group, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Board, BoardDeal, BoardMail, MailAction } from '../../../../src/commands/demo/contract.ts';
import { Ago } from '../../parts/Ago.tsx';
import { texts } from '../../texts.ts';
import classes from './board.module.css';
import type { BoardAction } from './types.ts';

const labels = texts.board;

const ACTS: MailAction[] = ['open', 'click', 'machine_open', 'convert', 'unsubscribe', 'spam', 'bounce'];

/** Of all that Customer.io counts, what a client does. */
const SHOWN = new Set(['opened', 'clicked', 'converted', 'unsubscribed', 'spammed']);

interface DealCardProps {
  deal: BoardDeal;
  stages: Board['stages'];
  onDo(doing: BoardAction): void;
}

/** The deal's card in Kommo, next to its client's mailbox. */
export function DealCard({ deal, stages, onDo }: DealCardProps) {
  const { id, name, stage, email, mails } = deal;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" className={classes.open}>
      <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.inKommo}>
        <Group justify="space-between" align="flex-start">
          <div>
            <Text size="xs" c="dimmed">
              {labels.inKommo}
            </Text>
            <Title order={2}>{name}</Title>
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
      <Stack className="card" p="md" gap="sm" component="section" aria-label={labels.mailbox(email ?? '')}>
        <Title order={2} className="wrap">
          {labels.mailbox(email ?? '')}
        </Title>
        {mails.length === 0 ? <Text size="sm">{labels.noMails}</Text> : null}
        {mails.map((mail) => (
          <Mail key={mail.delivery} mail={mail} onDo={onDo} />
        ))}
      </Stack>
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

function Mail({
  mail: { delivery, subject, state, done },
  onDo,
}: {
  mail: BoardMail;
  onDo(doing: BoardAction): void;
}) {
  return (
    <Stack gap={6} className={classes.mail} component="article" aria-label={subject}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {subject}
        </Text>
        <Text size="xs" c="dimmed">
          {[labels.mailState[state], ...done.filter((each) => SHOWN.has(each))].join(', ')}
        </Text>
      </Group>
      {state === 'sent' ? (
        <Group gap={6}>
          {ACTS.map((act) => (
            <Button
              key={act}
              size="compact-xs"
              variant="default"
              onClick={() => onDo({ what: 'mail', delivery, act })}
            >
              {labels.acts[act]}
            </Button>
          ))}
        </Group>
      ) : null}
    </Stack>
  );
}
