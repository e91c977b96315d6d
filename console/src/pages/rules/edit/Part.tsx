import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { anchorOf } from './problems.ts';

interface PartProps {
  title: string;
  /** One sentence about it. */
  lead?: string;
  /** The key of the rules that it edits. */
  of: string;
  children: ReactNode;
}

/** One part of the form, to which a problem with its key leads. */
export function Part({ title, lead, of, children }: PartProps) {
  return (
    <Stack gap="sm" component="section" aria-label={title} id={anchorOf([of])}>
      <Title order={2}>{title}</Title>
      {lead === undefined ? null : (
        <Text size="sm" c="dimmed">
          {lead}
        </Text>
      )}
      {children}
    </Stack>
  );
}
