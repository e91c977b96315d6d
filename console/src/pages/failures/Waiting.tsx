import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { waitingQuery } from '../../api/queries.ts';
import { waitingTexts } from '../../texts.ts';
import { waitingSentence } from './waiting-sentence.ts';

/** What waits while a side of the connection does not work, and for whom. */
export function Waiting({ connection }: { connection: string }) {
  const { data } = useQuery(waitingQuery(connection));
  const sentence = data ? waitingSentence(data) : null;
  if (sentence === null) return null;
  return (
    <Text size="sm" role="status">
      {sentence} {waitingTexts.kept}
    </Text>
  );
}
