import { Modal } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Coverage } from '../../../api/types.ts';
import { ruleTexts, texts } from '../../../texts.ts';
import { MissingCampaigns } from '../coverage/MissingCampaigns.tsx';
import { PublishForm } from '../PublishForm.tsx';
import type { EditedRules } from './useDraft.ts';

const labels = ruleTexts.publish;

interface PublishWindowProps {
  connection: string;
  rules: EditedRules;
  /** The campaigns that start from the draft's events; missing while they are not known. */
  coverage: Coverage | undefined;
  onClose(): void;
}

/** Publishes the draft. When that is done there is none any more, and the page shows the rules that run. */
export function PublishWindow({ connection, rules, coverage, onClose }: PublishWindowProps) {
  const navigate = useNavigate();
  // As they were when the window opened: the draft is gone once it is published.
  const [{ draft, basedOn, changes }] = useState(() => ({
    draft: rules.draft,
    basedOn: rules.basedOn,
    changes: rules.check.checked?.changes ?? [],
  }));
  const [isDone, setDone] = useState(false);
  const toRules = () => void navigate({ to: '/rules' });
  return (
    <Modal
      opened
      onClose={isDone ? toRules : onClose}
      title={labels.title}
      size="lg"
      closeButtonProps={{ 'aria-label': texts.replay.closeWindow }}
    >
      <PublishForm
        publication={{ connection, draft, basedOn }}
        changes={changes}
        warning={<MissingCampaigns coverage={coverage} />}
        button={labels.button}
        conflict={labels.conflictDraft}
        onPublished={() => {
          setDone(true);
          rules.forget();
        }}
        onClose={onClose}
        onDone={toRules}
      />
    </Modal>
  );
}
