import { Alert, List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ruleTexts } from '../../texts.ts';
import { effectSentences } from './effect-sentences.ts';
import { effectsQuery, type Publication } from './queries.ts';

/** What publishing means for deals that are in the changed stages, and for timers that run. */
export function PublishEffects({ publication }: { publication: Pick<Publication, 'connection' | 'draft'> }) {
  const { data } = useQuery(effectsQuery(publication));
  const sentences = data ? effectSentences(data) : [];
  if (sentences.length === 0) return null;
  return (
    <Alert color="blue" variant="light" title={ruleTexts.effects.title}>
      <List size="sm" spacing={4}>
        {sentences.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
