import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError, post } from '../../api/client.ts';
import type { Setup } from '../../api/types.ts';
import { setupTexts } from '../../texts.ts';
import { AddressInput, LineInput } from './LineInput.tsx';
import { freeName, nameOfAddress, nameProblem } from './name.ts';
import { keepSetup } from './queries.ts';

const labels = setupTexts.start;

/** The account's address and the name that follows from it. */
export function NewSetup({ taken }: { taken: readonly string[] }) {
  const [url, setUrl] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [wasLeft, setLeft] = useState(false);
  const navigate = useNavigate();
  const shown = name ?? freeName(nameOfAddress(url), taken);
  const begin = useMutation({
    mutationFn: () =>
      post<Setup>('/api/setup/connections', {
        name: shown,
        ...(url.trim() === '' ? {} : { kommoUrl: url.trim() }),
      }),
    onSuccess: async (setup) => {
      keepSetup(setup);
      await navigate({ to: '/setup/$name/$step', params: { name: setup.name, step: 'kommo' } });
    },
  });
  const refusal = (status: number) =>
    begin.error instanceof ApiError && begin.error.status === status ? begin.error.message : null;
  const problem = wasLeft ? nameProblem(shown, taken) : null;
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        setLeft(true);
        if (nameProblem(shown, taken) === null) begin.mutate();
      }}
    >
      <Stack p="lg" gap="md">
        <AddressInput description={labels.urlHint} value={url} error={refusal(400)} onChange={setUrl} />
        <LineInput
          label={labels.name}
          description={labels.nameHint}
          placeholder="acme"
          maxLength={63}
          value={shown}
          error={problem ?? refusal(409)}
          onChange={setName}
          onBlur={() => {
            if (shown !== '') setLeft(true);
          }}
        />
        {begin.error && refusal(400) === null && refusal(409) === null ? (
          <Alert color="red" role="alert">
            {begin.error.message}
          </Alert>
        ) : null}
        <Group>
          <Button type="submit" loading={begin.isPending}>
            {labels.button}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
