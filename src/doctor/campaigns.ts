import type { AppClient } from '../customerio/index.ts';
import { MAX_CAMPAIGNS } from '../domain/campaigns/campaign.ts';
import { type Coverage, coverageOf, type SendingRules, sentEvents } from '../domain/campaigns/coverage.ts';
import {
  coverageAdvice,
  describeCut,
  describeEventCoverage,
  describeSegments,
  describeUnsent,
} from '../domain/campaigns/describe-coverage.ts';
import { ok, skipped, type Verdict, warning } from './finding.ts';

/** How many events of other systems the findings name. */
const MAX_NAMED = 3;

/** Whether a running campaign starts from each event that the rules send. One call. */
export async function checkCampaigns(
  app: Pick<AppClient, 'campaigns'> | null,
  rules: SendingRules,
): Promise<Verdict[]> {
  const sent = sentEvents(rules);
  if (sent.length === 0) return [];
  if (app === null)
    return [
      skipped(
        'Whether a campaign starts from each event of the rules is not known without an App API key',
        'Set customerio.app_key to a key from Customer.io > Settings > Account Settings > API Credentials > App API Keys.',
      ),
    ];
  const campaigns = await app.campaigns();
  const isCut = campaigns.length > MAX_CAMPAIGNS;
  return campaignVerdicts(coverageOf(sent, { campaigns: campaigns.slice(0, MAX_CAMPAIGNS), isCut }));
}

export function campaignVerdicts(coverage: Coverage): Verdict[] {
  const { events, unsent } = coverage;
  const missing = events.filter(({ status }) => status !== 'running');
  const named = new Set(missing.flatMap(({ similar }) => similar.map(({ event }) => event)));
  const nearly = unsent.filter(({ event, similarTo }) => similarTo !== null && !named.has(event));
  const limits = [describeSegments(coverage), describeCut(coverage)].filter((text) => text !== null);
  const note = missing.length > 0 ? limits : [];
  return [
    ...(missing.length === 0 ? [ok(allRun(events.length))] : []),
    ...missing.map((event) =>
      warning(describeEventCoverage(event), [coverageAdvice(event) ?? '', ...note].join(' ').trim()),
    ),
    ...nearly.map((event) =>
      warning(describeUnsent(event), 'Give the event one name, in the rule and in the campaign.'),
    ),
    ...otherSystems(coverage),
  ];
}

function allRun(count: number): string {
  return count === 1
    ? 'A running campaign starts from the event that the rules send'
    : `A running campaign starts from each of the ${count} events that the rules send`;
}

/** Campaigns that wait for an event of nobody that Stagepost knows: usually another system sends it. */
function otherSystems({ unsent }: Coverage): Verdict[] {
  const others = unsent.filter(({ similarTo }) => similarTo === null);
  if (others.length === 0) return [];
  const names = others.slice(0, MAX_NAMED).map(({ event }) => event);
  const more = others.length > names.length ? ', ...' : '';
  return [
    ok(
      `Campaigns wait for events that no rule sends, and that another system may send: ${names.join(', ')}${more}`,
    ),
  ];
}
