import { Switch } from '@mantine/core';
import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { useAnswer } from '../queries.ts';

const labels = setupTexts.kommo;

/** The way out for an account whose plan sends no webhooks. */
export function Polling({ setup: { name, kommo } }: { setup: Setup }) {
  const answer = useAnswer<{ changes: 'webhooks' | 'polling' }>(name, 'kommo');
  if (!kommo.pollingNeeded && kommo.changes === 'webhooks') return null;
  return (
    <Switch
      label={labels.polling}
      description={labels.pollingHint}
      error={answer.error?.message}
      disabled={answer.isPending}
      checked={kommo.changes === 'polling'}
      onChange={(event) => answer.mutate({ changes: event.currentTarget.checked ? 'polling' : 'webhooks' })}
    />
  );
}
