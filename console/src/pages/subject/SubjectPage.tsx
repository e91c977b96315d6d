import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { subjectQuery } from '../../api/queries.ts';
import type { Subject } from '../../api/types.ts';
import { AnswerCard } from '../../parts/AnswerCard.tsx';
import { ClientSearch } from '../../parts/ClientSearch.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { subjectTexts, texts } from '../../texts.ts';
import { LastClients } from './LastClients.tsx';
import { SubjectCard } from './SubjectCard.tsx';

const labels = texts.subject;

/** All that is known of a deal or a person, with one sentence before all else. */
export function SubjectPage() {
  const { q = '' } = useSearch({ from: '/shell/subject' });
  const { connection, names } = useConnection();
  const found = useQuery(subjectQuery(q, connection));
  return (
    <Stack gap="md">
      <Heading q={q} subjects={found.data?.subjects ?? []} />
      {q === '' ? (
        <Stack gap="lg" maw={720}>
          <ClientSearch />
          <LastClients />
        </Stack>
      ) : (
        <Answered of={found} lines={6}>
          {({ subjects }) =>
            subjects.every(({ people, timeline }) => people.length + timeline.length === 0) ? (
              <Unknown key={q} q={q} subjects={subjects} />
            ) : (
              subjects.map((subject) => (
                <SubjectCard
                  key={subject.connection}
                  subject={subject}
                  q={q}
                  withConnection={names.length > 1}
                />
              ))
            )
          }
        </Answered>
      )}
    </Stack>
  );
}

/** The name, with what was searched for beside it. */
function Heading({ q, subjects }: { q: string; subjects: Subject[] }) {
  const [name = null] = subjects.map((subject) => subject.name).filter((each) => each !== null);
  if (q === '') return <PageTitle>{labels.title}</PageTitle>;
  return (
    <Group gap="xs" align="baseline">
      <PageTitle>{name ?? q}</PageTitle>
      {name === null || name === q ? null : (
        <Text size="sm" c="dimmed" className="wrap">
          {/^\d+$/.test(q) ? subjectTexts.deal(Number(q)) : q}
        </Text>
      )}
    </Group>
  );
}

/** Nothing is stored under it: why, and what has such a name. */
function Unknown({ q, subjects }: { q: string; subjects: Subject[] }) {
  const [first] = subjects;
  return (
    <Stack gap="md" maw={720}>
      {first && isExact(q) ? <AnswerCard answer={first.answer} /> : null}
      <ClientSearch initial={q} />
    </Stack>
  );
}

/** A number or an address, of which the answer says more than the search. */
function isExact(q: string): boolean {
  return /^\d+$/.test(q) || q.includes('@');
}
