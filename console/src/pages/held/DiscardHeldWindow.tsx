import { Alert, Modal, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client.ts';
import type { HoldDiscarded } from '../../api/types.ts';
import { ReasonForm } from '../../parts/ReasonForm.tsx';
import { heldTexts, texts } from '../../texts.ts';
import { choiceOf, countOf, type DecisionWindowProps } from './decision.ts';

const labels = heldTexts.discard;

/** Sends nothing for held deals, for a reason that is kept. */
export function DiscardHeldWindow({ decision, onClose, onDone }: DecisionWindowProps) {
  const { hold } = decision;
  const count = countOf(decision);
  const discard = useMutation({
    mutationFn: (why: string) =>
      post<HoldDiscarded>(`/api/holds/${hold.id}/discard`, { ...choiceOf(decision), why }),
    onSuccess: ({ discarded }) => discarded > 0 && onDone(),
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={labels.title}
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Stack gap="sm">
        {discard.data?.discarded === 0 ? (
          <Alert color="yellow" py="xs" role="status">
            {labels.nothing}
          </Alert>
        ) : null}
        <ReasonForm
          lead={labels.lead(count, hold.event)}
          hint={labels.whyHint}
          doIt={labels.button(count)}
          error={discard.error}
          isPending={discard.isPending}
          onDo={(why) => discard.mutate(why)}
          onCancel={onClose}
        />
      </Stack>
    </Modal>
  );
}
