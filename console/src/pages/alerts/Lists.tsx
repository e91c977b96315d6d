import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/queries.ts';
import type { AlertMessage, Mute, OpenAlert } from '../../api/types.ts';
import { roleFor } from '../../api/useRole.ts';
import { Ago } from '../../parts/Ago.tsx';
import { Light } from '../../parts/Light.tsx';
import { alertTexts as texts } from '../../texts.ts';
import classes from './alerts.module.css';
import { MuteButton } from './MuteButton.tsx';
import { useUnmute } from './queries.ts';

/** Problems that last and that somebody was told of: each can be muted. */
export function OpenList({ open }: { open: OpenAlert[] }) {
  const session = useQuery(sessionQuery).data;
  if (open.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={texts.open}>
      <Title order={2}>{texts.open}</Title>
      <ul className={`card ${classes.list}`}>
        {open.map(({ code, connection, light, message }) => (
          <li key={`${connection} ${code}`} className={classes.line}>
            <div className={classes.about}>
              <Light tone={light === 'broken' ? 'bad' : 'waiting'} />
              <Text size="sm" className="wrap">
                <strong>{connection ?? texts.installation}:</strong> {message}
              </Text>
            </div>
            {session && roleFor(session, connection) !== 'viewer' ? (
              <MuteButton target={connection === null ? { code } : { connection, code }} about={message} />
            ) : null}
          </li>
        ))}
      </ul>
    </Stack>
  );
}

export function MuteList({ mutes, open }: { mutes: Mute[]; open: OpenAlert[] }) {
  const session = useQuery(sessionQuery).data;
  const unmute = useUnmute();
  if (mutes.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label={texts.muted}>
      <div>
        <Title order={2}>{texts.muted}</Title>
        <Text size="sm" c="dimmed">
          {texts.mutedHint}
        </Text>
      </div>
      {unmute.error ? (
        <Text size="sm" c="red" role="alert">
          {unmute.error.message}
        </Text>
      ) : null}
      <ul className={`card ${classes.list}`}>
        {mutes.map((mute) => (
          <li key={mute.id} className={classes.line}>
            <Text size="sm" className="wrap" flex="1 1 260px">
              {aboutText(mute, open)}, {texts.mutedUntil} <Ago at={mute.endsAt} /> (
              {texts.mutedBy(mute.setBy)})
            </Text>
            {session && roleFor(session, mute.connection) !== 'viewer' ? (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={texts.unmuteOf(aboutText(mute, open))}
                onClick={() => unmute.mutate(mute.id)}
              >
                {texts.unmute}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Stack>
  );
}

function aboutText({ receiver, connection, code }: Mute, open: OpenAlert[]): string {
  const problem = code && (open.find((each) => each.code === code)?.message ?? code);
  return [
    problem ?? texts.everyProblem,
    connection ?? texts.everywhere,
    receiver === null ? texts.everyReceiver : receiver,
  ].join(' · ');
}

export function MessageList({ messages }: { messages: AlertMessage[] }) {
  return (
    <Stack gap="xs" component="section" aria-label={texts.messages}>
      <Title order={2}>{texts.messages}</Title>
      {messages.length === 0 ? (
        <Text size="sm">{texts.noMessages}</Text>
      ) : (
        <ul className={`card ${classes.list}`}>
          {messages.map((message) => (
            <MessageLine key={message.id} message={message} />
          ))}
        </ul>
      )}
    </Stack>
  );
}

function MessageLine({
  message: { at, receiver, title, outcome, error, attempts },
}: {
  message: AlertMessage;
}) {
  return (
    <li className={classes.line}>
      <div className={classes.about}>
        {/* Not green: the message itself may say that something is broken. */}
        <Light tone={outcome === 'delivered' ? 'nothing' : 'bad'} />
        <div className="wrap">
          <Text size="sm">{title}</Text>
          <Text size="sm" c="dimmed">
            {texts.to} {receiver}: {texts.outcomes[outcome]}
            {attempts > 1 ? ` ${texts.attempts(attempts)}` : ''}
            {error === null ? '' : `. ${error}`}
          </Text>
        </div>
      </div>
      <Text size="sm" c="dimmed">
        <Ago at={at} />
      </Text>
    </li>
  );
}
