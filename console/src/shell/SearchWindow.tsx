import { ActionIcon, Box, Button, Kbd, Modal } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { ClientSearch } from '../parts/ClientSearch.tsx';
import { SearchIcon } from '../parts/icons.tsx';
import { searchKeys } from '../shell/search-keys.ts';
import { searchTexts, texts } from '../texts.ts';
import classes from './Shell.module.css';

/** The search on every page: a button, Ctrl or ⌘ and K, and / outside of inputs. */
export function SearchWindow() {
  const [isOpen, { open, close }] = useDisclosure(false);
  useHotkeys([['mod+K', open]], []);
  useHotkeys([['/', open]]);
  return (
    <>
      <Button
        visibleFrom="md"
        variant="default"
        size="xs"
        leftSection={<SearchIcon size={14} />}
        rightSection={<Kbd size="xs">{searchKeys}</Kbd>}
        onClick={open}
      >
        {searchTexts.open}
      </Button>
      <Box hiddenFrom="md">
        <ActionIcon
          variant="subtle"
          color="gray"
          className={classes.tool}
          size="lg"
          aria-label={searchTexts.open}
          onClick={open}
        >
          <SearchIcon />
        </ActionIcon>
      </Box>
      <Modal
        opened={isOpen}
        onClose={close}
        title={searchTexts.title}
        closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
        size="lg"
        yOffset="8vh"
      >
        <ClientSearch onOpen={close} />
      </Modal>
    </>
  );
}
