import {
  type AppClient,
  createAppClient,
  createTrackClient,
  type RegionAnswer,
  type TrackClient,
} from '../customerio/index.ts';
import { signingKeyProblem } from '../doctor/customerio.ts';
import { explainRefusedKeys } from '../doctor/track-keys.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import { DeliveryError } from '../domain/errors.ts';
import { secret } from '../lib/secret.ts';
import type { CustomerioCheck } from './answers.ts';
import { good, note, problem, warning } from './finding.ts';
import type { OtherConnection } from './kommo-answer.ts';
import type { SetupFinding } from './schemas.ts';

export interface CustomerioQuestion {
  siteId: string | null;
  apiKey: string | null;
  appKey: string | null;
  signingKey: string | null;
  /** An origin in the place of all hosts of Customer.io; null: the real ones. */
  origin: string | null;
  /** The connections that exist, with the numbers of their workspaces. */
  others: readonly Pick<OtherConnection, 'name' | 'workspaceId'>[];
  /** ms. */
  now: number;
}

const TIMEOUT_MS = 10_000;

/** Finds the region and the workspace of the keys, and asks what each key may do. Reads only. Never throws because of Customer.io. */
export async function checkCustomerio(question: CustomerioQuestion): Promise<CustomerioCheck> {
  const { siteId, apiKey, now } = question;
  const found = siteId === null || apiKey === null ? null : await findRegion(question, siteId, apiKey);
  const region = found && 'region' in found ? found.region : null;
  const workspace = found && 'region' in found && found.environmentId !== null ? found.environmentId : null;
  const findings = found === null ? [] : [trackFinding(found)];
  const ofApp = await appFindings(question, region);
  return {
    at: now,
    region,
    workspace: workspace === null ? null : String(workspace),
    findings: [...findings, ...sameWorkspace(workspace, question), ...ofApp, ...signingFindings(question)],
  };
}

function sameWorkspace(workspace: number | null, { others }: CustomerioQuestion): SetupFinding[] {
  const same = others.filter(({ workspaceId }) => workspaceId !== null && workspaceId === workspace);
  if (same.length === 0) return [];
  const names = same.map(({ name }) => name).join(', ');
  return [
    warning('cio_workspace_used', `The same Customer.io workspace is used by: ${names}.`, {
      todo: 'Go on if that is meant: a client of both is one person there, and an unsubscribe counts for both. Otherwise enter the keys of another workspace.',
    }),
  ];
}

const REGIONS = { us: 'the US', eu: 'the EU' } as const;

function trackFinding(found: RegionAnswer | SetupFinding): SetupFinding {
  if (!('region' in found)) return found;
  const workspace = found.environmentId === null ? 'the workspace' : `workspace ${found.environmentId}`;
  return good('cio_accepted', `Connected to ${workspace} in ${REGIONS[found.region]}.`);
}

/** Customer.io docs: either host says where an account lives. The other one is asked where the first does not answer. */
async function findRegion(
  question: CustomerioQuestion,
  siteId: string,
  apiKey: string,
): Promise<RegionAnswer | SetupFinding> {
  let failure: unknown = null;
  for (const region of ['us', 'eu'] as const) {
    const options = { siteId, apiKey, region, trackUrl: question.origin ?? undefined, timeoutMs: TIMEOUT_MS };
    let track: TrackClient | null = null;
    try {
      track = createTrackClient(options);
      return await track.region();
    } catch (error) {
      failure = error;
    } finally {
      await track?.close();
    }
  }
  return trackProblem(failure, question, siteId, apiKey);
}

const NAMES = { siteId: 'The Site ID', apiKey: 'the API key', appKey: 'the App API key' };
const TRACK_KEYS = 'Customer.io > Settings > Account Settings > API Credentials > Tracking API Keys';
const APP_KEYS = 'Customer.io > Settings > Account Settings > API Credentials > App API Keys';

async function trackProblem(
  error: unknown,
  { appKey, origin }: CustomerioQuestion,
  siteId: string,
  apiKey: string,
): Promise<SetupFinding> {
  if (!(error instanceof DeliveryError) || error.status !== 401) return unreachable(error);
  const keys = {
    ...{ siteId, apiKey: secret(apiKey), region: 'us' as const },
    ...(appKey === null ? {} : { appKey: secret(appKey) }),
    ...(origin === null ? {} : { trackUrl: origin }),
  };
  const why = await explainRefusedKeys(keys, undefined, NAMES);
  const advice = `Copy the Site ID and the API key of one workspace from ${TRACK_KEYS}.`;
  return problem('cio_keys_refused', 'Customer.io does not accept this Site ID with this API key.', {
    field: 'apiKey',
    todo: why === null ? advice : sentence(why),
  });
}

const sentence = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1);

function unreachable(error: unknown): SetupFinding {
  const message = error instanceof DeliveryError ? error.message : 'The check itself failed.';
  return problem('cio_unreachable', message, { todo: 'Check again in a minute.' });
}

async function appFindings(
  { appKey, origin }: CustomerioQuestion,
  region: 'us' | 'eu' | null,
): Promise<SetupFinding[]> {
  if (appKey === null)
    return [
      note(
        'cio_no_app_key',
        'Without an App API key you add the reporting webhook by hand, and Stagepost cannot say which of your automations an event starts.',
        { field: 'appKey', todo: `Add one from ${APP_KEYS}, or go on without.` },
      ),
    ];
  if (region === null) return [];
  let app: AppClient | null = null;
  try {
    app = createAppClient({ appKey, region, appUrl: origin ?? undefined, timeoutMs: TIMEOUT_MS });
    const [, campaigns] = await Promise.all([app.reportingWebhooks(), app.campaigns()]);
    return [
      good(
        'cio_app_key_accepted',
        'The App API key works: Stagepost makes the reporting webhook at the end.',
        {
          field: 'appKey',
        },
      ),
      ...campaignFindings(campaigns),
    ];
  } catch (error) {
    if (!(error instanceof DeliveryError) || (error.status !== 401 && error.status !== 403))
      return [unreachable(error)];
    return [
      problem('cio_app_key_refused', 'Customer.io does not accept this App API key.', {
        field: 'appKey',
        todo: `Copy it again from ${APP_KEYS}, or go on without one.`,
      }),
    ];
  } finally {
    await app?.close();
  }
}

/** Customer.io docs (Builder plan): it has no automations, so that every event is accepted and starts nothing. */
function campaignFindings(campaigns: Campaign[]): SetupFinding[] {
  const running = campaigns.filter(({ state, trigger }) => state === 'running' && trigger === 'event').length;
  if (running > 0) {
    const number = running === 1 ? 'One running automation starts' : `${running} running automations start`;
    return [note('cio_event_campaigns', `${number} from an event.`)];
  }
  return [
    warning(
      'cio_no_event_campaigns',
      'No running automation of this workspace starts from an event yet: events will be accepted, and no email follows.',
      {
        todo: 'Make one in Customer.io that an event starts. The Builder plan has none; the Essentials plan and those above have.',
      },
    ),
  ];
}

function signingFindings({ signingKey, apiKey, appKey }: CustomerioQuestion): SetupFinding[] {
  if (signingKey === null) return [];
  const others = [apiKey, appKey].filter((key) => key !== null);
  const wrong = signingKeyProblem(signingKey, others);
  if (wrong !== null)
    return [
      problem('cio_signing_key_form', `The signing key ${wrong}.`, {
        field: 'signingKey',
        todo: 'Copy it from the page of the reporting webhook in Customer.io.',
      }),
    ];
  return [
    note(
      'cio_signing_key_unproven',
      'A signing key is stored. The first report that Customer.io signs proves that it is the right one.',
      { field: 'signingKey' },
    ),
  ];
}
