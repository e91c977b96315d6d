import { Alert, Button, Group, List, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Tally } from '../../../../src/failures/replay-tally.ts';
import { post } from '../../api/client.ts';
import type { ReplayPlan } from '../../api/types.ts';
import { counted } from '../../languages/locale.ts';
import { Answered } from '../../parts/States.tsx';
import { span } from '../../parts/when.ts';
import { sideLabels, texts } from '../../texts.ts';
import { type Replay, useReplay } from './useReplay.ts';

/** Which dead letters, as the API takes them. */
export interface Wanted {
  ids: number[];
  connection: string;
}

const labels = texts.replay;

/** Shows what a replay would do, then does it, with its progress and a way to stop. */
export function ReplayWindow({ wanted, onClose }: { wanted: Wanted; onClose(): void }) {
  const plan = useQuery({
    queryKey: ['replay-plan', wanted],
    queryFn: () => post<ReplayPlan>('/api/replay/plan', wanted),
    // A plan that changed while it runs would be another one.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: undefined,
    refetchOnWindowFocus: false,
  });
  const replay = useReplay(plan.data);
  const isRunning = replay.state === 'running' || replay.state === 'stopping';
  return (
    <Modal
      opened
      onClose={() => !isRunning && onClose()}
      withCloseButton={!isRunning}
      closeOnClickOutside={replay.state === 'ready'}
      title={labels.title}
      size="lg"
      closeButtonProps={{ 'aria-label': labels.closeWindow }}
    >
      <Answered of={plan}>
        {(data) =>
          replay.state === 'ready' ? (
            <Before plan={data} onStart={replay.start} onClose={onClose} />
          ) : (
            <During replay={replay} onClose={onClose} />
          )
        }
      </Answered>
    </Modal>
  );
}

function Before({ plan, onStart, onClose }: { plan: ReplayPlan; onStart(): void; onClose(): void }) {
  const { ids, alongside, sides, leastSeconds, blocked, oldEvents, unsure } = plan;
  const notes = [
    alongside > 0 ? labels.alongside(alongside) : null,
    ...sides.map(({ lane, kinds, calls }) =>
      labels.side(sideLabels[lane], kinds.map(({ names, count }) => counted(count, names)).join(', '), calls),
    ),
    ids.length > 0 ? labels.least(span(Math.max(1, leastSeconds) * 1_000)) : null,
    unsure > 0 ? labels.unsure(unsure) : null,
  ].filter((note) => note !== null);
  const warnings = [
    oldEvents > 0 ? labels.old(oldEvents) : null,
    blocked.removed > 0 ? labels.blockedRemoved(blocked.removed) : null,
    blocked.discarded > 0 ? labels.blockedDiscarded(blocked.discarded) : null,
  ].filter((warning) => warning !== null);
  return (
    <Stack gap="sm">
      <Text fw={600}>{ids.length > 0 ? labels.head(ids.length) : labels.nothing}</Text>
      <List size="sm" spacing={4}>
        {notes.map((note) => (
          <List.Item key={note}>{note}</List.Item>
        ))}
      </List>
      {warnings.map((warning) => (
        <Alert key={warning} color="yellow" py="xs">
          {warning}
        </Alert>
      ))}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {labels.cancel}
        </Button>
        <Button onClick={onStart} disabled={ids.length === 0} data-autofocus>
          {labels.start(ids.length)}
        </Button>
      </Group>
    </Stack>
  );
}

function During({ replay, onClose }: { replay: Replay; onClose(): void }) {
  const { tally, state, error } = replay;
  const isOver = state === 'over';
  return (
    <Stack gap="sm">
      {tally ? <Figures tally={tally} /> : <Progress value={0} aria-label={labels.label} />}
      {error ? (
        <Alert color="red" role="alert">
          {error.message}
        </Alert>
      ) : null}
      {isOver ? null : (
        <Text size="sm" c="dimmed">
          {state === 'stopping' ? labels.stopping : labels.stays}
        </Text>
      )}
      <Group justify="flex-end">
        {isOver ? (
          <Button onClick={onClose} data-autofocus>
            {labels.close}
          </Button>
        ) : (
          <Button color="red" variant="light" onClick={replay.stop} disabled={state === 'stopping'}>
            {labels.stop}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function Figures({ tally }: { tally: Tally }) {
  const {
    total,
    delivered,
    dropped,
    refused,
    tryingAgain,
    takenByOthers,
    left,
    stopped,
    refusals,
    handedOver,
  } = tally;
  const onTheWay = handedOver - delivered - dropped - refused - tryingAgain;
  const lines = [
    refused > 0 ? labels.refused(refused) : null,
    dropped > 0 ? labels.dropped(dropped) : null,
    tryingAgain > 0 ? labels.tryingAgain(tryingAgain) : null,
    takenByOthers > 0 ? labels.takenByOthers(takenByOthers) : null,
    onTheWay > 0 ? labels.onTheWay(onTheWay) : null,
    left > 0 ? labels.left(left) : null,
  ].filter((line) => line !== null);
  return (
    <>
      <Text fw={600} aria-live="polite" className="number">
        {labels.delivered(delivered, total)}
      </Text>
      <Progress.Root size="lg">
        <Progress.Section value={share(delivered + dropped, total)} color="teal" aria-label={labels.label} />
        <Progress.Section value={share(refused, total)} color="red" aria-label={labels.refused(refused)} />
      </Progress.Root>
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
      {[...new Set(refusals.map((refusal) => refusal.words))].map((said) => (
        <Text key={said} size="sm" c="var(--mantine-color-red-text)" className="wrap">
          {said}
        </Text>
      ))}
      {stopped === null ? null : (
        <Alert color="yellow" py="xs">
          {labels.stopped} {stopped}
        </Alert>
      )}
    </>
  );
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}
