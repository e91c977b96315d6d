import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { failuresQuery, sessionQuery } from '../../api/queries.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { problemTexts as labels } from '../../texts.ts';
import { ProblemCard } from './ProblemCard.tsx';
import { StoppedSides, useStoppedSides } from './StoppedSides.tsx';
import { useWindows } from './useWindows.tsx';

/** What does not work at the moment, then what has failed, the most urgent first. */
export function FailuresPage() {
  const { connection } = useConnection();
  const failures = useQuery(failuresQuery(connection));
  const mayEdit = useMayEdit(connection);
  const windows = useWindows();
  const stopped = useStoppedSides();
  return (
    <Stack gap="md" maw={1240}>
      <PageTitle>{labels.title}</PageTitle>
      <StoppedSides sides={stopped} />
      <Answered of={failures} lines={6}>
        {({ total, groups }) =>
          total === 0 ? (
            <Nothing isAllWell={stopped.length === 0} />
          ) : (
            <Stack gap="sm">
              <Text>{labels.head(groups.length, total)}</Text>
              {mayEdit ? null : (
                <Text size="sm" c="dimmed">
                  {labels.viewer}
                </Text>
              )}
              <div className={groups.length > 1 ? 'columns' : undefined}>
                {groups.map((group) => (
                  <ProblemCard
                    key={JSON.stringify([
                      ...[group.connection, group.lane, group.kind, group.failure, group.code, group.removed],
                      ...[group.field, group.rule?.title, group.words],
                    ])}
                    group={group}
                    onReplay={windows.replay}
                    onDiscard={windows.discard}
                  />
                ))}
              </div>
            </Stack>
          )
        }
      </Answered>
      {windows.shown}
    </Stack>
  );
}

/** What would be here. In the demo a visitor can cause it. */
function Nothing({ isAllWell }: { isAllWell: boolean }) {
  const isDemo = useQuery(sessionQuery).data?.demo ?? false;
  return (
    <div className="card">
      <Empty
        title={isAllWell ? labels.none : labels.noneFailed}
        hint={isDemo ? `${labels.noneHint} ${labels.noneDemo}` : labels.noneHint}
        action={
          isDemo ? (
            <Button mt="sm" size="sm" renderRoot={(props) => <Link to="/demo" {...props} />}>
              {labels.breakSomething}
            </Button>
          ) : null
        }
      />
    </div>
  );
}
