import { Anchor, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Subject } from '../../api/types.ts';
import { AnswerCard } from '../../parts/AnswerCard.tsx';
import { Row } from '../../parts/Row.tsx';
import { texts } from '../../texts.ts';
import { Outside } from '../trace/TracePage.tsx';
import { PersonCard } from './PersonCard.tsx';
import classes from './SubjectCard.module.css';
import { Watches } from './Watches.tsx';

const labels = texts.subject;

interface SubjectCardProps {
  subject: Subject;
  q: string;
  withConnection: boolean;
}

/** What one connection knows of it. */
export function SubjectCard({ subject, q, withConnection }: SubjectCardProps) {
  const { connection, deals, people, watches, timeline, fieldHistory } = subject;
  const isKnown = people.length > 0 || timeline.length > 0;
  return (
    <Stack gap="md" component="section" aria-label={connection}>
      {withConnection ? <Title order={2}>{connection}</Title> : null}
      <AnswerCard answer={subject.answer} withLink />
      {isKnown ? (
        <>
          <Group gap="md">
            {deals.map(({ id, link }) => (
              <Group key={id} gap="xs">
                {q === String(id) ? null : (
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link to="/subject" search={{ q: String(id), connection }} {...props} />
                    )}
                  >
                    {labels.deal(id)}
                  </Anchor>
                )}
                {link ? <Outside href={link}>{texts.trace.inKommo}</Outside> : null}
              </Group>
            ))}
          </Group>
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="sm" style={{ alignItems: 'start' }}>
            {people.map((person) => (
              <PersonCard
                key={person.person}
                person={person}
                q={q}
                connection={connection}
                history={fieldHistory}
              />
            ))}
            {watches.length > 0 ? <Watches watches={watches} /> : null}
          </SimpleGrid>
          <Past subject={subject} timeline={timeline} />
        </>
      ) : null}
    </Stack>
  );
}

function Past({ subject, timeline }: { subject: Subject; timeline: Subject['timeline'] }) {
  const [deal] = subject.deals;
  return (
    <Stack gap="xs" component="section" aria-label={labels.timeline}>
      <Title order={2}>{labels.timeline}</Title>
      {timeline.length === 0 ? (
        <Text size="sm">{labels.noTimeline}</Text>
      ) : (
        <ol className={`card ${classes.rows}`}>
          {timeline.map((row) => (
            <li key={row.id}>
              <Row row={row} />
            </li>
          ))}
        </ol>
      )}
      {subject.more && deal ? (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/activity" search={{ deal: deal.id, connection: subject.connection }} {...props} />
          )}
        >
          {labels.older}
        </Anchor>
      ) : null}
    </Stack>
  );
}
