import { Center, Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { texts } from '../../texts.ts';
import { LanguageChoice } from './LanguageChoice.tsx';

/** The form before the console. */
export function Door({
  title,
  children,
  onSubmit,
}: {
  title: string;
  children: ReactNode;
  onSubmit(form: FormData): void;
}) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
      >
        <Stack p="xl" w={{ base: '100%', xs: 400 }} gap="md">
          <Group gap="sm">
            <img src="/favicon.svg" alt={texts.product} width={30} height={30} />
            <PageTitle>{title}</PageTitle>
          </Group>
          {children}
          <LanguageChoice />
        </Stack>
      </form>
    </Center>
  );
}
