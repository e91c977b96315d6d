import { Alert, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { post } from '../../api/client.ts';
import { queryClient, sessionQuery } from '../../api/queries.ts';
import type { Session } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { Door } from './Door.tsx';

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const signIn = useMutation({
    mutationFn: (given: { name: string; password: string }) => post<Session>('/api/session', given),
    onSuccess: (session) => {
      queryClient.clear();
      queryClient.setQueryData(sessionQuery.queryKey, session);
      router.history.push(to ?? '/');
    },
  });
  return (
    <Door
      title={texts.signIn.title}
      onSubmit={(form) =>
        signIn.mutate({ name: String(form.get('name')), password: String(form.get('password')) })
      }
    >
      {signIn.error ? (
        <Alert color="red" role="alert">
          {signIn.error.message}
        </Alert>
      ) : null}
      <TextInput
        name="name"
        label={texts.signIn.name}
        autoComplete="username"
        required
        withAsterisk={false}
        data-autofocus
      />
      <PasswordInput
        name="password"
        label={texts.signIn.password}
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {texts.signIn.button}
      </Button>
      <Text size="sm" c="dimmed">
        {texts.signIn.firstTime}
      </Text>
    </Door>
  );
}
