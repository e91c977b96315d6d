import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { subjectQuery } from '../../api/queries.ts';
import { SearchIcon } from '../../parts/icons.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { SubjectCard } from './SubjectCard.tsx';

const labels = texts.subject;

/** All that is known of a deal or a person, with one sentence before all else. */
export function SubjectPage() {
  const { q = '' } = useSearch({ from: '/shell/subject' });
  const { connection, names } = useConnection();
  const found = useQuery(subjectQuery(q, connection));
  return (
    <Stack gap="md">
      <PageTitle>{q === '' ? labels.title : q}</PageTitle>
      <Find q={q} />
      {q === '' ? (
        <div className="card">
          <Empty title={labels.title} hint={labels.start} />
        </div>
      ) : (
        <Answered of={found} lines={6}>
          {({ subjects }) =>
            subjects.map((subject) => (
              <SubjectCard
                key={subject.connection}
                subject={subject}
                q={q}
                withConnection={names.length > 1}
              />
            ))
          }
        </Answered>
      )}
    </Stack>
  );
}

function Find({ q }: { q: string }) {
  const [typed, setTyped] = useState(q);
  const navigate = useNavigate({ from: '/subject' });
  useEffect(() => setTyped(q), [q]);
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ search: (before) => ({ ...before, q: typed.trim() || undefined }) });
        }}
      >
        <Group gap="xs" align="flex-end" maw={560} wrap="nowrap">
          <TextInput
            flex={1}
            label={labels.find}
            placeholder={texts.activity.findHint}
            leftSection={<SearchIcon size={16} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit">{labels.button}</Button>
        </Group>
      </form>
    </search>
  );
}
