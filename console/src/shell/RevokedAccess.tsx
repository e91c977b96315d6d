import { Alert, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { accessQuery } from '../api/kommo-access.ts';
import { healthQuery } from '../api/queries.ts';
import { WarningIcon } from '../parts/icons.tsx';
import { texts } from '../texts.ts';
import { AuthorizeAgain } from './AuthorizeAgain.tsx';

const labels = texts.revoked;

/** Somebody must grant access, again or for the first time. */
const UNGRANTED = new Set(['none', 'waiting', 'revoked']);

/** On every page: the connections whose access to Kommo was revoked, each with the one button that grants it again. */
export function RevokedAccess() {
  const health = useQuery({ ...healthQuery, refetchInterval: 15_000 }).data;
  return (health?.connections ?? []).map(({ connection, sides }) => {
    const broken = sides
      .filter(({ side }) => side === 'kommo')
      .flatMap(({ items }) => items)
      .filter(({ light }) => light === 'broken');
    return broken.length === 0 ? null : (
      <Banner
        key={connection}
        connection={connection}
        isRefused={broken.some(({ code }) => code === 'kommo_token_refused')}
      />
    );
  });
}

interface BannerProps {
  connection: string;
  /** Kommo refuses the calls, whatever has come of the renewal so far. */
  isRefused: boolean;
}

/** Nothing where Kommo is broken for another reason, and for a long-lived token. */
function Banner({ connection, isRefused }: BannerProps) {
  const access = useQuery({ ...accessQuery(connection), refetchInterval: 15_000 }).data;
  if (access?.kind !== 'oauth') return null;
  const isUngranted = UNGRANTED.has(access.state);
  if (!isUngranted && !isRefused) return null;
  return (
    <Alert
      color="red"
      variant="light"
      mb="md"
      role="alert"
      icon={<WarningIcon />}
      title={labels.title(connection)}
    >
      <Text size="sm">
        {isUngranted ? access.sentence : labels.refused} {labels.nothingLost}
      </Text>
      <AuthorizeAgain connection={connection} access={access} />
    </Alert>
  );
}
