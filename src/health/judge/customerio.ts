import { subscriptionOf } from '../../doctor/reporting.ts';
import { type Draft, draft } from '../codes.ts';
import type { ConnectionFacts, EvidenceFacts } from '../facts.ts';
import type { Proof } from '../health.ts';
import { type FailureCodes, judgeCalls } from './apis.ts';
import { judgeLane } from './lanes.ts';
import { proofOf } from './proofs.ts';

const TRACK_CALLS: FailureCodes = {
  refused: 'track_keys_refused',
  unpaid: 'track_rights_missing',
  rights: 'track_rights_missing',
  blocked: 'track_throttled',
  throttled: 'track_throttled',
  unreachable: 'track_unreachable',
  failing: 'track_failing',
  wrong_address: 'track_wrong_address',
};
const APP_CALLS: FailureCodes = {
  ...TRACK_CALLS,
  refused: 'app_key_refused',
  unpaid: 'app_failing',
  rights: 'app_failing',
  blocked: 'app_failing',
  throttled: 'app_failing',
  unreachable: 'app_failing',
  failing: 'app_failing',
  wrong_address: 'app_failing',
};

/** Reports belong to emails that people open within hours: with fewer events or less time, silence means nothing. */
const STOPPED = { events: 10, afterMs: 6 * 3_600_000 };
/** Customer.io repeats a refused report after an hour or more (Customer.io docs), so an old refusal explains silence. */
const BACK_OFF_MS = 2 * 3_600_000;
/** Reports that arrived within this time show that the address in Customer.io leads here, ms. */
const ARRIVES_MS = 10 * 60_000;

export function judgeCustomerio(facts: ConnectionFacts): { items: Draft[]; proofs: Proof[] } {
  const track = proofOf(facts, 'track_keys');
  // Without reactions no report is needed, so that nothing will ever prove the signing key.
  const needsReports = facts.rules.neededReports.length > 0;
  const signing = { ...proofOf(facts, 'signing_key'), isRequired: needsReports };
  const app = facts.app === null ? [] : [proofOf(facts, 'app_key')];
  const items = [
    ...judgeTrack(facts, track),
    ...judgeApp(facts, app[0]),
    ...judgeReports(facts, signing),
    ...judgeReporting(facts),
    ...judgeLost(facts),
    ...judgeLane('customerio', facts),
  ];
  return { items, proofs: [track, ...app, signing] };
}

function judgeTrack({ connection, track, region, now }: ConnectionFacts, proof: Proof): Draft[] {
  const items = judgeCalls(track, TRACK_CALLS, connection, now);
  if (region.actual !== null && region.actual !== region.configured) {
    const message = `The Customer.io account is in the ${region.actual.toUpperCase()}, and customerio.region says ${region.configured}.`;
    items.push(
      draft('track_wrong_region', connection, message, {
        todo: `Set customerio.region: ${region.actual}, and restart.`,
      }),
    );
  }
  if (items.length === 0 && !proof.isProven)
    items.push(draft('track_keys_unproven', connection, 'Customer.io has not accepted the Track keys yet.'));
  return items;
}

function judgeApp({ connection, app, now }: ConnectionFacts, proof: Proof | undefined): Draft[] {
  if (app === null) return [];
  const items = judgeCalls(app, APP_CALLS, connection, now);
  if (items.length === 0 && !proof?.isProven)
    items.push(draft('app_key_unproven', connection, 'Customer.io has not accepted the App API key yet.'));
  return items;
}

function judgeReports(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, evidence, unanswered, now } = facts;
  const verifiedAt = proof.at ?? 0;
  const refused = evidence.current.get('report_refused');
  if (refused && refused.at > verifiedAt) {
    const count = `${refused.count} ${refused.count === 1 ? 'report' : 'reports'}, the last one ${clock(refused.at)} UTC`;
    return [
      draft(
        'reports_refused',
        connection,
        `Customer.io’s reports are refused, because their signature does not match (${count}).`,
      ),
    ];
  }
  const stale = evidence.current.get('report_stale');
  if (stale && stale.at > verifiedAt)
    return [
      draft(
        'reports_stale',
        connection,
        `Customer.io’s reports are refused, because the clock of this machine is wrong: ${stale.detail ?? ''}`,
      ),
    ];
  if (!proof.isProven) return proof.isRequired ? [unproven(connection, evidence, now)] : [];
  const former = evidence.former.get('report_refused');
  if (former && former.at > verifiedAt && now - former.at <= BACK_OFF_MS)
    return [
      draft(
        'reports_held_back',
        connection,
        `The last report was refused at ${clock(former.at)} UTC with the former signing key, and Customer.io sends nothing for an hour or more after a refusal.`,
      ),
    ];
  const isLong = unanswered !== null && now - Math.max(unanswered.since, verifiedAt) >= STOPPED.afterMs;
  if (!isLong || unanswered.events < STOPPED.events) return [];
  const message = `Customer.io has accepted ${unanswered.events} events since its last report on ${new Date(verifiedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC.`;
  return [draft('reports_stopped', connection, message)];
}

/** After a corrected key the light turns green with Customer.io's next report, which its back-off holds up. */
function unproven(connection: string, { former }: EvidenceFacts, now: number): Draft {
  const refused = former.get('report_refused');
  if (!refused || now - refused.at > BACK_OFF_MS)
    return draft(
      'signing_key_unproven',
      connection,
      'No report of Customer.io has verified with the signing key yet.',
    );
  return draft(
    'signing_key_unproven',
    connection,
    `The signing key has been changed. The last report was refused at ${clock(refused.at)} UTC, and Customer.io sends nothing for an hour or more after a refusal.`,
    { todo: 'Wait for the next report. Customer.io sends the held-back ones then, and nothing is lost.' },
  );
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16);
}

function judgeReporting(facts: ConnectionFacts): Draft[] {
  const { connection, reporting, rules, publicUrl, evidence, now } = facts;
  if (reporting === null) return [];
  const hooks = reporting.value;
  if (hooks.length === 0) {
    if (rules.neededReports.length === 0) return [];
    return [
      draft(
        'reporting_webhook_missing',
        connection,
        'Customer.io has no reporting webhook for this connection, so opens, clicks and unsubscribes are not shown in Kommo.',
      ),
    ];
  }
  const active = hooks.filter(({ disabled }) => !disabled);
  if (active.length === 0)
    return [
      draft(
        'reporting_webhook_disabled',
        connection,
        `The reporting webhook "${hooks[0]!.name}" is disabled.`,
      ),
    ];
  const items: Draft[] = [];
  const isHere = publicUrl === null || active.some(({ endpoint }) => endpoint.startsWith(`${publicUrl}/`));
  if (!isHere) {
    const arrives = now - (evidence.current.get('signing_key')?.at ?? 0) < ARRIVES_MS;
    items.push(
      draft(
        'reporting_webhook_elsewhere',
        connection,
        `The reporting webhook leads to ${originOf(active[0]!.endpoint)}, not to ${publicUrl}.`,
        { light: arrives ? 'warning' : 'broken' },
      ),
    );
  }
  const sent = new Set(active.flatMap(({ events }) => events));
  const lacks = rules.neededReports.filter((name) => !sent.has(name));
  if (lacks.length > 0)
    items.push(
      draft(
        'reporting_webhook_lacks_events',
        connection,
        `The reporting webhook does not send ${lacks.join(', ')}, so the rules for them do nothing.`,
      ),
    );
  return items;
}

/** Reports that no rule needs may be switched off in the webhook. */
function judgeLost({ connection, work, rules }: ConnectionFacts): Draft[] {
  const lost = Object.entries(work?.lostReports ?? {}).filter(([name]) =>
    rules.neededReports.includes(subscriptionOf(name)),
  );
  const count = lost.reduce((sum, [, reports]) => sum + reports, 0);
  if (count === 0) return [];
  const reports = count === 1 ? '1 report was' : `${count} reports were`;
  const names = lost.map(([name]) => name).join(', ');
  return [
    draft(
      'reports_lost',
      connection,
      `Within a day, ${reports} found in Customer.io’s activity log that no webhook brought (${names}).`,
    ),
  ];
}

function originOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : 'an address that cannot be read';
}
