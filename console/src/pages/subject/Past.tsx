import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Subject } from '../../api/types.ts';
import { Row } from '../../parts/Row.tsx';
import { subjectTexts, texts } from '../../texts.ts';
import { Emails } from './Emails.tsx';
import { mainEvents } from './main-events.ts';
import classes from './SubjectCard.module.css';

const labels = texts.subject;

/** The stage changes, each with the emails that it has led to. What an email's line says already is hidden at first. */
export function Past({ subject }: { subject: Subject }) {
  const [isAll, setAll] = useState(false);
  const { people, timeline, emails, withoutEmail, deals, more, connection } = subject;
  const main = mainEvents(subject);
  const shown = isAll || main.length === 0 ? timeline : main;
  const [deal] = deals;
  return (
    <Stack gap="xs" component="section" aria-label={labels.timeline}>
      <Group justify="space-between" gap="xs">
        <Title order={2}>{subjectTexts.history}</Title>
        {main.length > 0 && main.length < timeline.length ? (
          <Button size="compact-sm" variant="subtle" aria-pressed={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? subjectTexts.showMain : subjectTexts.showAll(timeline.length - main.length)}
          </Button>
        ) : null}
      </Group>
      {timeline.length === 0 ? (
        <Text size="sm">{labels.noTimeline}</Text>
      ) : (
        <ol className={`card ${classes.rows}`}>
          {shown.map((row) => (
            <li key={row.id}>
              <Row row={row} withClient={people.length > 1} />
              <Emails
                isUnderRow
                emails={emails.filter(({ event }) => event === row.id)}
                why={withoutEmail.find(({ event }) => event === row.id)?.text ?? null}
              />
            </li>
          ))}
        </ol>
      )}
      {more && deal ? (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/activity" search={{ deal: deal.id, connection, show: 'all' }} {...props} />
          )}
        >
          {labels.older}
        </Anchor>
      ) : null}
    </Stack>
  );
}
