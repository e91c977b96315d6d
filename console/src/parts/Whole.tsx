import { Anchor, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { ApiError } from '../api/client.ts';
import { texts } from '../texts.ts';
import { Failed } from './States.tsx';

/** Fills a page that has no content: loading, an error, or nothing to show. */
export function NotFound() {
  return (
    <Center component="main" mih="60vh" p="lg">
      <Stack gap="xs" align="center" ta="center">
        <Title order={1}>{texts.states.notFoundTitle}</Title>
        <Text c="dimmed">{texts.states.notFound}</Text>
        <Anchor renderRoot={(props) => <Link to="/" {...props} />}>{texts.states.toNow}</Anchor>
      </Stack>
    </Center>
  );
}

export function Broken({ error }: { error: unknown }) {
  return (
    <Center component="main" mih="60vh" p="lg">
      <Failed
        error={error instanceof ApiError ? error : new Error(texts.states.broken)}
        again={() => window.location.reload()}
      />
    </Center>
  );
}

export function Waiting() {
  return (
    <Center mih="40vh">
      <Loader size="sm" aria-label={texts.states.loading} />
    </Center>
  );
}
