import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';

interface AnswerFormProps {
  label?: string;
  gap?: 'xs' | 'md';
  onSubmit(): void;
  children: ReactNode;
}

/** One answer of a step, which is sent as a whole. */
export function AnswerForm({ label, gap = 'md', onSubmit, children }: AnswerFormProps) {
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Stack gap={gap}>{children}</Stack>
    </form>
  );
}
