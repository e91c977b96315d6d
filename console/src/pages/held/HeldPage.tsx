import { Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { holdsQuery, sessionQuery } from '../../api/queries.ts';
import type { Hold } from '../../api/types.ts';
import { useMayEdit } from '../../api/useMayEdit.ts';
import { roleFor } from '../../api/useRole.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Answered, Empty } from '../../parts/States.tsx';
import { useConnection } from '../../shell/connection.ts';
import { heldTexts } from '../../texts.ts';
import { DecidedCard } from './DecidedCard.tsx';
import { HoldCard } from './HoldCard.tsx';
import { useDecision } from './useDecision.tsx';

/** Bursts of deals that wait for a decision, those that are being sent, and what was decided before. */
export function HeldPage() {
  const { connection } = useConnection();
  const holds = useQuery(holdsQuery(connection));
  return (
    <Stack gap="md" maw={960}>
      <PageTitle>{heldTexts.title}</PageTitle>
      <Answered of={holds} lines={6}>
        {(data) => <Lists holds={data.holds} />}
      </Answered>
    </Stack>
  );
}

function Lists({ holds }: { holds: Hold[] }) {
  const mayEdit = useMayEdit();
  const session = useQuery(sessionQuery).data;
  const mayDecide = ({ connection }: Hold) =>
    session !== undefined && roleFor(session, connection) !== 'viewer';
  const decision = useDecision();
  const isOpen = ({ held, sending }: Hold) => held + sending > 0;
  const open = holds.filter(isOpen);
  const decided = holds.filter((hold) => !isOpen(hold));
  return (
    <>
      {open.length === 0 ? (
        <div className="card">
          <Empty title={heldTexts.none} hint={heldTexts.noneHint} />
        </div>
      ) : null}
      {open.some(({ held, cause }) => held > 0 && cause === 'burst') ? (
        <Text>
          {heldTexts.lead} {mayEdit ? null : heldTexts.viewer}
        </Text>
      ) : null}
      {open.map((hold) => (
        <HoldCard key={hold.id} hold={hold} onDecide={mayDecide(hold) ? decision.ask : null} />
      ))}
      {decided.length > 0 ? (
        <Stack component="section" gap="sm" aria-label={heldTexts.decided}>
          <Title order={2}>{heldTexts.decided}</Title>
          {decided.map((hold) => (
            <DecidedCard key={hold.id} hold={hold} />
          ))}
        </Stack>
      ) : null}
      {decision.window}
    </>
  );
}
