import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { failuresQuery } from '../../api/queries.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { texts } from '../../texts.ts';
import { GroupCard } from './GroupCard.tsx';
import { StoppedSides, useStoppedSides } from './StoppedSides.tsx';
import { useWindows } from './useWindows.tsx';

/** What does not work at the moment, then dead letters by cause. */
export function FailuresPage() {
  const { connection } = useConnection();
  const failures = useQuery(failuresQuery(connection));
  const mayEdit = useMayEdit(connection);
  const windows = useWindows();
  const stopped = useStoppedSides();
  return (
    <Stack gap="md" maw={960}>
      <PageTitle>{texts.failures.title}</PageTitle>
      <StoppedSides sides={stopped} />
      <Answered of={failures} lines={6}>
        {({ total, groups }) =>
          total === 0 ? (
            <div className="card">
              <Empty
                title={stopped.length > 0 ? texts.failures.noneFailed : texts.failures.none}
                hint={texts.failures.noneHint}
              />
            </div>
          ) : (
            <Stack gap="sm">
              <Text>{texts.failures.head(total, groups.length)}</Text>
              {mayEdit ? null : (
                <Text size="sm" c="dimmed">
                  {texts.failures.viewer}
                </Text>
              )}
              {groups.map((group) => (
                <GroupCard
                  key={`${group.connection} ${group.lane} ${group.kind} ${group.failure} ${group.words}`}
                  group={group}
                  onReplay={windows.replay}
                  onDiscard={windows.discard}
                />
              ))}
            </Stack>
          )
        }
      </Answered>
      {windows.shown}
    </Stack>
  );
}
