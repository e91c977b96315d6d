import { Text } from '@mantine/core';
import { Starts } from '../coverage/Starts.tsx';
import { useEditing } from './context.ts';

/** Below the name of an event: the campaigns that start from it, or what to do, as soon as the draft was checked. */
export function EventCampaigns({ event }: { event: string }) {
  const { coverage } = useEditing();
  if (coverage?.source !== 'app_api') return null;
  const todo = coverage.events.find((one) => one.event === event)?.todo ?? null;
  return (
    <Text size="sm" component="div" role="status">
      <Starts event={event} coverage={coverage} />
      {todo === null ? null : (
        <Text size="sm" c="dimmed" className="wrap">
          {todo}
        </Text>
      )}
    </Text>
  );
}
