import { Alert, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { ApiError, post } from '../../api/client.ts';
import { queryClient, sessionQuery } from '../../api/queries.ts';
import type { Session } from '../../api/types.ts';
import { texts } from '../../texts.ts';
import { Door } from './Door.tsx';

/** In the demo one button instead of a name and a password. */
export function SignInPage() {
  const { data, error } = useQuery(sessionQuery);
  const isDemo = data?.demo || (error instanceof ApiError && error.isDemo);
  // Signing out empties the cache while this page is shown.
  const wasDemo = useRef(false);
  wasDemo.current ||= isDemo;
  return wasDemo.current ? <DemoSignIn /> : <PasswordSignIn />;
}

function DemoSignIn() {
  const { to } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const signIn = useMutation({
    mutationFn: () => post<{ ok: true }>('/api/demo/session', {}),
    onSuccess: () => {
      queryClient.clear();
      router.history.push(to ?? '/demo');
    },
  });
  return (
    <Door title={texts.signIn.demo} onSubmit={() => signIn.mutate()}>
      {signIn.error ? (
        <Alert color="red" role="alert">
          {signIn.error.message}
        </Alert>
      ) : null}
      <Text size="sm">{texts.signIn.demoHint}</Text>
      <Button type="submit" loading={signIn.isPending} fullWidth>
        {texts.signIn.demo}
      </Button>
    </Door>
  );
}

function PasswordSignIn() {
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
