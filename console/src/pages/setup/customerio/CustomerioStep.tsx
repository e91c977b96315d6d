import type { Setup } from '../../../api/types.ts';
import { setupTexts } from '../../../texts.ts';
import { FindingList, otherFindings } from '../FindingList.tsx';
import { StepFrame } from '../StepFrame.tsx';
import { AppKey } from './AppKey.tsx';
import { FIELDS } from './fields.ts';
import { PrepareReporting } from './PrepareReporting.tsx';
import { Reporting } from './Reporting.tsx';
import { SigningKey } from './SigningKey.tsx';
import { TrackingKeys } from './TrackingKeys.tsx';

const labels = setupTexts.customerio;

/** The keys of the workspace, and how its reports reach Stagepost. */
export function CustomerioStep({ setup }: { setup: Setup }) {
  const { name, customerio } = setup;
  return (
    <StepFrame
      name={name}
      step="customerio"
      title={labels.title}
      lead={labels.lead}
      isDone={customerio.state === 'done'}
      missing={customerio.needs[0] && setupTexts.needed(customerio.needs[0].sentence)}
    >
      <TrackingKeys setup={setup} />
      <FindingList findings={otherFindings(customerio.findings, FIELDS)} />
      <AppKey setup={setup} />
      <Reporting reporting={customerio.reporting}>
        <PrepareReporting setup={setup} />
      </Reporting>
      <SigningKey setup={setup} />
    </StepFrame>
  );
}
