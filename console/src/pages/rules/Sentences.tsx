import { List, Text } from '@mantine/core';

/** What differs between two versions, a sentence each; or that only the wording of the text does. */
export function Sentences({ sentences, none }: { sentences: readonly string[]; none: string }) {
  if (sentences.length === 0) return <Text size="sm">{none}</Text>;
  return (
    <List size="sm" spacing={4}>
      {sentences.map((sentence) => (
        <List.Item key={sentence} className="wrap">
          {sentence}
        </List.Item>
      ))}
    </List>
  );
}
