import { Alert, Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { accessQuery } from '../api/kommo-access.ts';
import { healthQuery } from '../api/queries.ts';
import type { HealthItem } from '../api/types.ts';
import { WarningIcon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';
import { AuthorizeAgain } from './AuthorizeAgain.tsx';

const labels = texts.endingAccess;

/** The end of a grant, and of a long-lived token. */
const CODES = new Set(['kommo_access_ends', 'kommo_token_ends', 'kommo_token_ends_soon']);

/** On every page: the connections whose access to Kommo ends within weeks, since it takes an administrator to renew it. */
export function EndingAccess() {
  const health = useQuery({ ...healthQuery, refetchInterval: 15_000 }).data;
  return (health?.connections ?? []).map(({ connection, sides }) => {
    const item = sides.flatMap(({ items }) => items).find(({ code }) => CODES.has(code));
    return item ? <Banner key={connection} connection={connection} item={item} /> : null;
  });
}

function Banner({ connection, item: { code, message, todo } }: { connection: string; item: HealthItem }) {
  const isGrant = code === 'kommo_access_ends';
  const access = useQuery({ ...accessQuery(connection), enabled: isGrant }).data;
  return (
    <Alert
      color="yellow"
      variant="light"
      mb="md"
      role="status"
      icon={<WarningIcon />}
      title={labels.title(connection)}
    >
      <Text size="sm">{isGrant ? message : `${message} ${todo}`}</Text>
      {isGrant && access ? <AuthorizeAgain connection={connection} access={access} /> : null}
      {isGrant ? null : (
        <Anchor size="sm" component={Link} to="/connections">
          {labels.toConnections}
        </Anchor>
      )}
    </Alert>
  );
}
