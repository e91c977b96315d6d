import { useCallback, useRef, useState } from 'react';
import { createReplayRun } from '../../../../src/failures/replay-run.ts';
import type { Tally } from '../../../../src/failures/replay-tally.ts';
import { post } from '../../api/client.ts';
import { queryClient } from '../../api/queries.ts';
import type { Progress, ReplayPlan } from '../../api/types.ts';

/** Ids of one chunk: the contract's. */
const CHUNK = 500;
const LOOK_EVERY_MS = 400;

export interface Replay {
  tally: Tally | null;
  state: 'ready' | 'running' | 'stopping' | 'over';
  error: Error | null;
  start(): void;
  stop(): void;
}

/** Runs a plan as the command does, with the command's own code: chunk by chunk, and no further one after a stop. */
export function useReplay(plan: ReplayPlan | undefined): Replay {
  const [tally, setTally] = useState<Tally | null>(null);
  const [state, setState] = useState<Replay['state']>('ready');
  const [error, setError] = useState<Error | null>(null);
  const isStopping = useRef(false);

  const start = useCallback(() => {
    if (!plan) return;
    setState('running');
    const run = createReplayRun({
      letters: {
        replay: (chunk) => post('/api/replay', chunk),
        progress: (ids) => post<Progress>('/api/replay/progress', { ids }),
      },
      plan,
      isDelivering: true,
      chunkSize: CHUNK,
      pause: () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS)),
      now: () => performance.now(),
      onProgress: (now) => setTally({ ...now }),
      isStopping: () => isStopping.current,
      isAborted: () => isStopping.current,
    });
    run
      .run()
      .catch(setError)
      .finally(() => {
        setTally({ ...run.tally });
        setState('over');
        for (const queryKey of [['failures'], ['now'], ['event']])
          void queryClient.invalidateQueries({ queryKey });
      });
  }, [plan]);

  const stop = useCallback(() => {
    isStopping.current = true;
    setState('stopping');
  }, []);

  return { tally, state, error, start, stop };
}
