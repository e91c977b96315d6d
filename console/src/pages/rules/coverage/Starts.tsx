import { Text } from '@mantine/core';
import type { Coverage, EventCoverage } from '../../../api/types.ts';
import { Light } from '../../../parts/Light.tsx';
import { coverageTexts } from '../../../texts.ts';
import { CampaignName } from './CampaignName.tsx';
import classes from './coverage.module.css';

/** How many campaigns one event shows. */
const MAX_SHOWN = 3;

/** The campaigns that start from an event. @param coverage missing while it is asked for */
export function Starts({ event, coverage }: { event: string; coverage: Coverage | undefined }) {
  const found = coverage?.events.find((one) => one.event === event);
  if (!found) return null;
  if (found.status === 'unknown' || found.status === 'seen')
    return (
      <Text size="sm" c="dimmed">
        {found.text ?? coverageTexts.notKnown}
      </Text>
    );
  return (
    <div className={classes.starts}>
      {found.status === 'running' ? null : <Missing status={found.status} />}
      <Campaigns of={found} />
    </div>
  );
}

function Missing({ status }: { status: 'idle' | 'none' }) {
  return (
    <span className={classes.campaign} data-missing>
      <Light tone="warning" />
      <Text span size="sm" fw={600}>
        {status === 'idle' ? coverageTexts.noRunning : coverageTexts.none}
      </Text>
    </span>
  );
}

/** Of an event that starts running campaigns, those that do not run say nothing. */
function Campaigns({ of: { status, campaigns, campaignCount } }: { of: EventCoverage }) {
  const running = campaigns.filter(({ state }) => state === 'running');
  const listed = status === 'running' ? running : campaigns;
  const count = status === 'running' ? running.length : campaignCount;
  return (
    <>
      {listed.slice(0, MAX_SHOWN).map((campaign) => (
        <CampaignName key={campaign.id} campaign={campaign} />
      ))}
      {count > MAX_SHOWN ? (
        <Text size="xs" c="dimmed">
          {coverageTexts.more(count - MAX_SHOWN)}
        </Text>
      ) : null}
    </>
  );
}
