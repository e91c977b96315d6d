import { Button, Popover, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { boardTexts as labels } from '../../texts.ts';
import type { BoardAction } from './types.ts';

/** Creates a deal, with a client of a name of the visitor's choice. */
export function NewDeal({ onDo }: { onDo(doing: BoardAction): void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="xs" onClick={() => setOpen(!isOpen)}>
          {labels.add}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const name = String(new FormData(event.currentTarget).get('name')).trim();
            onDo({ what: 'deal', ...(name !== '' && { name }) });
            setOpen(false);
          }}
        >
          <Stack gap="xs">
            <TextInput
              size="xs"
              name="name"
              label={labels.addName}
              description={labels.addHint}
              maxLength={80}
              data-autofocus
            />
            <Button size="xs" type="submit">
              {labels.addButton}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
