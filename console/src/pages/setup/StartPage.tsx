import { Alert, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered } from '../../parts/States.tsx';
import { setupTexts } from '../../texts.ts';
import { AdminOnly } from './AdminOnly.tsx';
import { NewSetup } from './NewSetup.tsx';
import { setupsQuery } from './queries.ts';
import { Unfinished } from './Unfinished.tsx';

const labels = setupTexts.start;

/** Where a connection begins, and where an unfinished one goes on. */
export function StartPage() {
  return (
    <Stack gap="lg" maw={760}>
      <div>
        <PageTitle>{setupTexts.title}</PageTitle>
        <Text c="dimmed" maw={640}>
          {labels.lead}
        </Text>
      </div>
      <AdminOnly>
        <Start />
      </AdminOnly>
    </Stack>
  );
}

function Start() {
  const setups = useQuery(setupsQuery);
  return (
    <Answered of={setups}>
      {({ publicUrl, setups: all }) => (
        <>
          <Unfinished setups={all.filter(({ isConnected }) => !isConnected)} />
          {publicUrl === null ? (
            <Alert color="yellow" variant="light">
              {labels.noPublicUrl}
            </Alert>
          ) : null}
          <div>
            <Title order={2}>{labels.needs}</Title>
            <List size="sm" mt={4}>
              {labels.needList.map((need) => (
                <List.Item key={need}>{need}</List.Item>
              ))}
            </List>
            <Text size="sm" mt="xs">
              {labels.isSafe}
            </Text>
          </div>
          <NewSetup taken={all.map(({ name }) => name)} />
        </>
      )}
    </Answered>
  );
}
