import { Title } from '@mantine/core';
import type { KommoStep } from '../../../api/types.ts';
import { Facts } from '../../../parts/Facts.tsx';
import { exact } from '../../../parts/when.ts';
import { setupTexts } from '../../../texts.ts';

const labels = setupTexts.kommo;

/** Which account Kommo has let Stagepost into, with whose rights, and until when. */
export function AccessFacts({ kommo: { account, user, validUntil, access, changes } }: { kommo: KommoStep }) {
  if (account === null) return null;
  return (
    <div>
      <Title order={3} fz="md" mb={6}>
        {labels.facts}
      </Title>
      <Facts>
        <dt>{labels.account}</dt>
        <dd>
          {account.name}, {labels.number(account.id)}
        </dd>
        <dt>{labels.place}</dt>
        <dd>{[account.currency, account.timezone].filter(Boolean).join(', ')}</dd>
        {user ? (
          <>
            <dt>{labels.user}</dt>
            <dd>
              {user.name}, {user.isAdmin ? labels.admin : labels.notAdmin}
            </dd>
          </>
        ) : null}
        <dt>{labels.validUntil}</dt>
        <dd>
          {access === 'oauth' ? labels.renewed : validUntil === null ? labels.unknownEnd : exact(validUntil)}
        </dd>
        <dt>{labels.changes}</dt>
        <dd>{labels.changesLabels[changes]}</dd>
      </Facts>
    </div>
  );
}
