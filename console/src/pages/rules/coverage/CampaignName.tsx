import { Anchor, Text } from '@mantine/core';
import type { CoveredCampaign } from '../../../api/types.ts';
import { Light, type Tone } from '../../../parts/Light.tsx';
import { coverageTexts } from '../../../texts.ts';
import classes from './coverage.module.css';

const TONES: Record<CoveredCampaign['state'], Tone> = {
  running: 'good',
  draft: 'nothing',
  stopped: 'nothing',
};

/** A campaign with its state, and the way to its page in Customer.io. */
export function CampaignName({ campaign: { name, state, link } }: { campaign: CoveredCampaign }) {
  return (
    <span className={classes.campaign}>
      <Light tone={TONES[state]} />
      <span className="wrap">
        {link === null ? (
          name
        ) : (
          <Anchor
            inherit
            href={link}
            target="_blank"
            rel="noreferrer"
            aria-label={coverageTexts.opensCustomerio(name)}
          >
            {name}
          </Anchor>
        )}{' '}
        <Text span size="xs" c="dimmed">
          {coverageTexts[state]}
        </Text>
      </span>
    </span>
  );
}
