import { Alert, Code, Stack, Text } from '@mantine/core';
import { Copy } from '../../parts/Json.tsx';
import { texts } from '../../texts.ts';

/** A secret that the server keeps only as a hash: this is the one time it can be copied. */
export function ShownOnce({ lead, secret }: { lead: string; secret: string }) {
  return (
    <Alert color="teal" role="status">
      <Stack gap={6} align="flex-start">
        <Text size="sm">{lead}</Text>
        <Code className="wrap">{secret}</Code>
        <Copy text={secret} label={texts.people.copy} />
      </Stack>
    </Alert>
  );
}

export function Problem({ of }: { of: Error | null }) {
  if (!of) return null;
  return (
    <Alert color="red" role="alert">
      {of.message}
    </Alert>
  );
}
