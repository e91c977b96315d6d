import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/queries.ts';
import { PageTitle } from '../../parts/PageTitle.tsx';
import { Empty } from '../../parts/States.tsx';
import { texts } from '../../texts.ts';
import { Audit } from './Audit.tsx';
import { Tokens } from './Tokens.tsx';
import { Users } from './Users.tsx';

const labels = texts.people;

/** Who may sign in and with what, which tokens scripts have, and who did what. For admins. */
export function PeoplePage() {
  const isAdmin = useQuery(sessionQuery).data?.role === 'admin';
  return (
    <Stack gap="lg">
      <PageTitle>{labels.title}</PageTitle>
      {isAdmin ? (
        <div className="columns">
          <Stack gap="lg">
            <Users />
            <Tokens />
          </Stack>
          <Audit />
        </div>
      ) : (
        <div className="card">
          <Empty title={labels.onlyAdmins} />
        </div>
      )}
    </Stack>
  );
}
