import type { ConnectionConfig } from '../config/index.ts';
import type { TrackClient } from '../customerio/index.ts';
import { DeliveryError } from '../domain/errors.ts';
import { failure, fromError, ok, skipped, type Verdict, warning } from './finding.ts';
import { explainRefusedKeys } from './track-keys.ts';

const REGIONS = { us: 'the US', eu: 'the EU' } as const;

/** Checks the credentials of the Track API, and the region of the account. */
export async function checkTrack(
  track: Pick<TrackClient, 'region'>,
  customerio: ConnectionConfig['customerio'],
): Promise<Verdict[]> {
  const configured = customerio.region;
  try {
    const { region, environmentId } = await track.region();
    const workspace = environmentId === null ? '' : `, workspace ${environmentId}`;
    if (region === configured)
      return [ok(`Customer.io accepts the Track credentials (${region}${workspace})`)];
    const message = `Your Customer.io account is in ${REGIONS[region]}, and the configuration says ${configured}`;
    return [failure(message, `Set customerio.region: ${region}.`)];
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.status !== 401) return [fromError(error)];
    const where = 'Customer.io > Settings > Account Settings > API Credentials > Tracking API Keys';
    const copy = `Copy the Site ID and the API key of this workspace from ${where}.`;
    return [failure(error.message, (await explainRefusedKeys(customerio)) ?? copy)];
  }
}

const KEYS_AT = 'Copy it from the page of the reporting webhook in Customer.io.';

/** Whether the signing keys look like keys. No API shows them, so a wrong key is only noticed at the first report. */
export function checkSigningKeys({
  signingKeys,
  apiKey,
  appKey,
}: Pick<ConnectionConfig['customerio'], 'signingKeys' | 'apiKey' | 'appKey'>): Verdict[] {
  const others = [apiKey, appKey].flatMap((key) => (key ? [key.reveal()] : []));
  const warnings = signingKeys.flatMap((key, index) => {
    const problem = signingKeyProblem(key.reveal(), others);
    const which =
      signingKeys.length > 1 ? `Signing key ${index + 1} of ${signingKeys.length}` : 'The signing key';
    return problem ? [warning(`${which} ${problem}`, KEYS_AT)] : [];
  });
  if (warnings.length > 0) return warnings;
  const many = `${signingKeys.length} signing keys are set; a report is good if any of them signed it`;
  const one = 'A signing key is set';
  return [
    skipped(
      `${signingKeys.length === 1 ? one : many}. No check can prove it: the first report that verifies does`,
    ),
  ];
}

/** What is wrong with the form of a signing key, as the end of a sentence; null where nothing is. Customer.io's keys usually are 64 hex digits (seen in public client code); its documentation promises no format. */
export function signingKeyProblem(text: string, others: readonly string[]): string | null {
  if (others.includes(text)) return 'is the same as an API key, but must be the key of the reporting webhook';
  if (text.trim() !== text) return 'starts or ends with a space';
  if (/\s/.test(text)) return 'contains a space';
  if (text.length < 16) return `has only ${text.length} characters`;
  return null;
}
