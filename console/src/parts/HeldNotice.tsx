import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { holdsOfDealQuery } from '../api/queries.ts';
import { heldTexts } from '../texts.ts';

/** With how many others a deal is held, and where one decides. */
export function HeldNotice({ connection, dealId }: { connection: string; dealId: number }) {
  const holds = useQuery(holdsOfDealQuery(connection, dealId)).data?.holds ?? [];
  if (holds.length === 0) return null;
  const others = holds.reduce((sum, { held }) => sum + held - 1, 0);
  return (
    <Text size="sm">
      {heldTexts.withOthers(others)} ·{' '}
      <Anchor size="sm" renderRoot={(props) => <Link to="/held" search={{ connection }} {...props} />}>
        {heldTexts.decide}
      </Anchor>
    </Text>
  );
}
