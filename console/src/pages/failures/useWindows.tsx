import { Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { FailureGroup } from '../../api/types.ts';
import { Failed, Loading } from '../../parts/States.tsx';
import { texts } from '../../texts.ts';
import { DiscardWindow } from './DiscardWindow.tsx';
import { ReplayWindow, type Wanted } from './ReplayWindow.tsx';
import { idsOf } from './selection.ts';

/** The window over the page. It belongs to the page: a group that is replayed vanishes while its window is open. */
export function useWindows(): {
  replay(group: FailureGroup): void;
  discard(group: FailureGroup): void;
  shown: ReactNode;
} {
  const [open, setOpen] = useState<'replay' | 'discard' | null>(null);
  const selection = useMutation({
    mutationFn: async (group: FailureGroup): Promise<Wanted> => ({
      ids: await idsOf(group),
      connection: group.connection,
    }),
  });
  const show = (which: 'replay' | 'discard') => (group: FailureGroup) => {
    setOpen(which);
    selection.mutate(group);
  };
  const close = () => {
    setOpen(null);
    selection.reset();
  };

  function shown(): ReactNode {
    if (open === null) return null;
    const wanted = selection.data;
    if (wanted && wanted.ids.length > 0) {
      const Window = open === 'replay' ? ReplayWindow : DiscardWindow;
      return <Window wanted={wanted} onClose={close} />;
    }
    return (
      <Modal
        opened
        onClose={close}
        title={texts[open].title}
        closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
      >
        {selection.error ? (
          <Failed
            error={selection.error}
            again={() => selection.variables && selection.mutate(selection.variables)}
          />
        ) : wanted ? (
          texts.replay.nothing
        ) : (
          <Loading />
        )}
      </Modal>
    );
  }

  return { replay: show('replay'), discard: show('discard'), shown: shown() };
}
