import { Alert, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { queryClient, sessionQuery } from '../../api/queries.ts';
import type { Session } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { Door } from './Door.tsx';

/** Opened with a one-time secret behind #, where no server and no proxy writes it into a log. */
export function SetupPage() {
  const [link] = useState(() => decodeURIComponent(window.location.hash.slice(1)));
  const navigate = useNavigate();
  const setUp = useMutation({
    mutationFn: (form: FormData) => {
      const [password, again] = form.getAll('password').map(String);
      if (password !== again) throw new Error(texts.setup.differs);
      const name = String(form.get('name')).trim();
      return post<Session>('/api/setup', { link, password, ...(name === '' ? {} : { name }) });
    },
    onSuccess: async (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      await navigate({ to: '/', replace: true });
    },
  });
  return (
    <Door title={texts.setup.title} onSubmit={(form) => setUp.mutate(form)}>
      {link === '' ? <Alert color="yellow">{texts.setup.noLink}</Alert> : <Text>{texts.setup.lead}</Text>}
      {setUp.error ? (
        <Alert color="red" role="alert">
          {setUp.error.message}
        </Alert>
      ) : null}
      <TextInput
        name="name"
        label={texts.setup.name}
        description={texts.setup.nameHint}
        autoComplete="username"
        maxLength={80}
      />
      <PasswordInput
        name="password"
        label={texts.setup.password}
        description={texts.setup.passwordHint}
        autoComplete="new-password"
        required
        withAsterisk={false}
        minLength={10}
      />
      <PasswordInput
        name="password"
        label={texts.setup.again}
        autoComplete="new-password"
        required
        withAsterisk={false}
      />
      <Button type="submit" loading={setUp.isPending} disabled={link === ''} fullWidth>
        {texts.setup.button}
      </Button>
    </Door>
  );
}
