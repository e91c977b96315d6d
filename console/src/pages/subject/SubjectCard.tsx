import { SimpleGrid, Stack, Title } from '@mantine/core';
import type { Subject } from '../../api/types.ts';
import { AnswerCard } from '../../parts/AnswerCard.tsx';
import { HeldNotice } from '../../parts/HeldNotice.tsx';
import { DealsCard } from './DealsCard.tsx';
import { Past } from './Past.tsx';
import { PersonCard } from './PersonCard.tsx';
import { Watches } from './Watches.tsx';

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
      {heldDeals(timeline).map((dealId) => (
        <HeldNotice key={dealId} connection={connection} dealId={dealId} />
      ))}
      {isKnown ? (
        <>
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
            <Stack gap="sm">
              {deals.length > 0 ? <DealsCard deals={deals} q={q} connection={connection} /> : null}
              {watches.length > 0 ? <Watches watches={watches} /> : null}
            </Stack>
          </SimpleGrid>
          <Past subject={subject} />
        </>
      ) : null}
    </Stack>
  );
}

/** The deals of which an event is held. */
function heldDeals(timeline: Subject['timeline']): number[] {
  const held = timeline.filter(({ outcome }) => outcome === 'held').flatMap(({ dealId }) => dealId ?? []);
  return [...new Set(held)];
}
