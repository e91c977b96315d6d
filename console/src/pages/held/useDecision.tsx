import { type ReactNode, useState } from 'react';
import { queryClient } from '../../api/queries.ts';
import { DiscardHeldWindow } from './DiscardHeldWindow.tsx';
import type { Ask, Decision } from './decision.ts';
import { SendWindow } from './SendWindow.tsx';

/** The window over the page. It belongs to the page: a hold that is decided leaves its list. */
export function useDecision(): { ask: Ask; window: ReactNode } {
  const [decision, setDecision] = useState<Decision | null>(null);
  const close = () => setDecision(null);
  const done = () => {
    decision?.onDone?.();
    close();
    for (const queryKey of [['holds'], ['now'], ['health'], ['subject'], ['event']])
      void queryClient.invalidateQueries({ queryKey });
  };
  const Window = decision?.what === 'send' ? SendWindow : DiscardHeldWindow;
  return {
    ask: setDecision,
    window: decision ? <Window decision={decision} onClose={close} onDone={done} /> : null,
  };
}
