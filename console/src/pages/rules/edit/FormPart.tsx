import { Alert, Stack } from '@mantine/core';
import { Loading } from '../../../parts/States.tsx';
import { ruleTexts } from '../../../texts.ts';
import { ClocksPart } from './ClocksPart.tsx';
import { useEditing } from './context.ts';
import type { Pipeline } from './kommo-stages.ts';
import { PersonPart } from './PersonPart.tsx';
import { LivePreview } from './preview/LivePreview.tsx';
import { ReactionsPart } from './ReactionsPart.tsx';
import { renamedEvents, withRenamedTimers } from './renamed-events.ts';
import { StagesPart } from './StagesPart.tsx';
import type { EditedRules } from './useDraft.ts';

interface FormPartProps {
  connection: string;
  rules: EditedRules;
  pipelines: readonly Pipeline[];
}

/** The rules as inputs, in the order in which things happen. */
export function FormPart({ connection, rules: { form, changeForm, check }, pipelines }: FormPartProps) {
  const { live } = useEditing();
  if (!form)
    return check.isFresh || check.error ? (
      <Alert color="yellow" variant="light">
        {ruleTexts.edit.unreadable}
      </Alert>
    ) : (
      <Loading lines={6} />
    );
  return (
    <Stack gap="xl">
      <LivePreview connection={connection} form={form} pipelines={pipelines}>
        <StagesPart
          pipelines={pipelines}
          rules={form.stages}
          onChange={(stages) => changeForm((now) => ({ ...now, stages }))}
          renamed={renamedEvents(form, live)}
          onRenameTimers={(event) => changeForm((now) => withRenamedTimers(now, event))}
          skipMovesAfter={form.skip_moves_after}
          onSkipMovesAfter={(skip_moves_after) => changeForm((now) => ({ ...now, skip_moves_after }))}
          quietHours={form.quiet_hours}
          onQuietHours={(quiet_hours) => changeForm((now) => ({ ...now, quiet_hours }))}
          waitForContact={form.wait_for_contact}
          onWaitForContact={(wait_for_contact) => changeForm((now) => ({ ...now, wait_for_contact }))}
          bulkGuard={form.bulk_guard}
          onBulkGuard={(bulk_guard) => changeForm((now) => ({ ...now, bulk_guard }))}
        />
        <ReactionsPart
          rules={form.reactions}
          onChange={(reactions) => changeForm((now) => ({ ...now, reactions }))}
        />
        <ClocksPart
          rules={form.inactivity}
          events={form.stages.map(({ event }) => event)}
          onChange={(inactivity) => changeForm((now) => ({ ...now, inactivity }))}
        />
        <PersonPart
          person={form.person}
          pipelines={pipelines}
          onChange={(person) => changeForm((now) => ({ ...now, person }))}
        />
      </LivePreview>
    </Stack>
  );
}
