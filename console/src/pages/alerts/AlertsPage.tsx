import { Code, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fold } from '../../parts/Fold.tsx';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { alertTexts as texts } from '../../texts.ts';
import classes from './alerts.module.css';
import { MessageList, MuteList, OpenList } from './Lists.tsx';
import { alertsQuery } from './queries.ts';
import { ReceiverCard } from './ReceiverCard.tsx';

/** Who is told when something is wrong, what they were sent, and what is muted. */
export function AlertsPage() {
  const alerts = useQuery(alertsQuery);
  return (
    <Stack gap="lg">
      <div>
        <PageTitle>{texts.title}</PageTitle>
        <Text size="sm" c="dimmed" maw={720}>
          {texts.lead}
        </Text>
      </div>
      <Answered of={alerts} lines={6}>
        {({ receivers, open, mutes, messages }) =>
          receivers.length === 0 ? (
            <NoReceivers />
          ) : (
            <div className="columns">
              <Stack gap="lg">
                <Stack gap="xs" component="section" aria-label={texts.receivers}>
                  <Title order={2}>{texts.receivers}</Title>
                  {receivers.map((receiver) => (
                    <ReceiverCard
                      key={receiver.name}
                      receiver={receiver}
                      last={messages.find((message) => message.receiver === receiver.name) ?? null}
                    />
                  ))}
                </Stack>
                <OpenList open={open} />
                <MuteList mutes={mutes} open={open} />
              </Stack>
              <MessageList messages={messages} />
            </div>
          )
        }
      </Answered>
    </Stack>
  );
}

function NoReceivers() {
  return (
    <div className={`card ${classes.card}`}>
      <Empty title={texts.none} hint={texts.noneHint} />
      <Fold title={texts.example} isOpen>
        <Code block>{texts.exampleText}</Code>
      </Fold>
    </div>
  );
}
