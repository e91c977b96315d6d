import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Answered } from '../../../parts/States.tsx';
import { ruleTexts, texts } from '../../../texts.ts';
import { PublishForm } from '../PublishForm.tsx';
import { differenceQuery } from '../queries.ts';

const labels = ruleTexts.versions;

interface RestoreWindowProps {
  connection: string;
  version: number;
  newest: number;
  onClose(): void;
}

/** Publishes the text of an older version as a new one, after it has said what that changes. */
export function RestoreWindow({ connection, version, newest, onClose }: RestoreWindowProps) {
  const navigate = useNavigate();
  // As it was when the window opened: once it is published there is a newer one.
  const [basedOn] = useState(newest);
  const difference = useQuery({
    ...differenceQuery(connection, basedOn, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={labels.restoreTitle(version)}
      size="lg"
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <Answered of={difference}>
        {({ changes, to }) => (
          <PublishForm
            publication={{ connection, draft: { text: to.text }, basedOn, restored: version }}
            changes={changes}
            button={labels.restoreNow(version)}
            conflict={labels.conflict}
            onPublished={() => undefined}
            onClose={onClose}
            onDone={() => void navigate({ to: '/rules' })}
          />
        )}
      </Answered>
    </Modal>
  );
}
