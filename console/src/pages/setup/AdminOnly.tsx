import { Card } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQuery } from '../../api/queries.ts';
import { Empty, Loading } from '../../parts/States.tsx';
import { setupTexts } from '../../texts.ts';

/** Shows its content to admins of all connections, and an explanation to everybody else. */
export function AdminOnly({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery).data;
  if (session === undefined) return <Loading />;
  if (session.role === 'admin' && session.roles === null) return children;
  return (
    <Card className="card">
      <Empty title={setupTexts.onlyAdmins} hint={setupTexts.onlyAdminsHint} />
    </Card>
  );
}
