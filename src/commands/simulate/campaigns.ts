import type { CampaignOptions } from '../../../simulators/customerio/index.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

/**
 * Reads `deal_won=Thank you, {{customer.first_name}}`: an event of this name sends an email with this subject.
 * @returns undefined without any: the simulator's own campaigns, one for each event of examples/stagepost.yaml
 * @throws CommandError
 */
export function readCampaigns(texts: readonly string[] | undefined): CampaignOptions[] | undefined {
  return texts?.map((text) => {
    const [, event, subject] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (event === undefined || subject === undefined)
      throw new CommandError(`--campaign takes EVENT=SUBJECT, not "${text}".`, EXIT.usage);
    return { event, subject, name: event };
  });
}
