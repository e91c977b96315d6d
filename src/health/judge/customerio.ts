import { subscriptionOf } from '../../doctor/reporting.ts';
import { en } from '../../languages/en.ts';
import { type Draft, draft } from '../codes.ts';
import type { ConnectionFacts, EvidenceFacts } from '../facts.ts';
import type { Proof } from '../health.ts';
import { type FailureCodes, judgeCalls } from './apis.ts';
import { judgeLane } from './lanes.ts';
import { proofOf } from './proofs.ts';

const { messages } = en.health;

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
    const message = messages.trackWrongRegion(region.actual.toUpperCase(), region.configured);
    items.push(
      draft('track_wrong_region', connection, message, {
        todo: en.health.otherTodos.setRegion(region.actual),
      }),
    );
  }
  if (items.length === 0 && !proof.isProven)
    items.push(draft('track_keys_unproven', connection, messages.trackUnproven));
  return items;
}

function judgeApp({ connection, app, now }: ConnectionFacts, proof: Proof | undefined): Draft[] {
  if (app === null) return [];
  const items = judgeCalls(app, APP_CALLS, connection, now);
  if (items.length === 0 && !proof?.isProven)
    items.push(draft('app_key_unproven', connection, messages.appUnproven));
  return items;
}

function judgeReports(facts: ConnectionFacts, proof: Proof): Draft[] {
  const { connection, evidence, unanswered, now } = facts;
  const verifiedAt = proof.at ?? 0;
  const refused = evidence.current.get('report_refused');
  if (refused && refused.at > verifiedAt) {
    const { count, at } = refused;
    return [
      draft(
        'reports_refused',
        connection,
        count === 1 ? messages.reportRefused(clock(at)) : messages.reportsRefused(String(count), clock(at)),
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
    return [draft('reports_held_back', connection, messages.reportsHeldBack(clock(former.at)))];
  const isLong = unanswered !== null && now - Math.max(unanswered.since, verifiedAt) >= STOPPED.afterMs;
  if (!isLong || unanswered.events < STOPPED.events) return [];
  const last = new Date(verifiedAt).toISOString().slice(0, 16).replace('T', ' ');
  const message = messages.reportsStopped(String(unanswered.events), last);
  return [draft('reports_stopped', connection, message)];
}

/** After a corrected key the light turns green with Customer.io's next report, which its back-off holds up. */
function unproven(connection: string, { former }: EvidenceFacts, now: number): Draft {
  const refused = former.get('report_refused');
  if (!refused || now - refused.at > BACK_OFF_MS)
    return draft('signing_key_unproven', connection, messages.signingKeyUnproven);
  return draft('signing_key_unproven', connection, messages.signingKeyChanged(clock(refused.at)), {
    todo: en.health.otherTodos.heldBack,
  });
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
    return [draft('reporting_webhook_missing', connection, messages.reportingMissing)];
  }
  const active = hooks.filter(({ disabled }) => !disabled);
  if (active.length === 0)
    return [draft('reporting_webhook_disabled', connection, messages.reportingDisabled(hooks[0]!.name))];
  const items: Draft[] = [];
  const isHere = publicUrl === null || active.some(({ endpoint }) => endpoint.startsWith(`${publicUrl}/`));
  if (!isHere) {
    const arrives = now - (evidence.current.get('signing_key')?.at ?? 0) < ARRIVES_MS;
    items.push(
      draft(
        'reporting_webhook_elsewhere',
        connection,
        messages.reportingElsewhere(originOf(active[0]!.endpoint), publicUrl),
        { light: arrives ? 'warning' : 'broken' },
      ),
    );
  }
  const sent = new Set(active.flatMap(({ events }) => events));
  const lacks = rules.neededReports.filter((name) => !sent.has(name));
  if (lacks.length > 0)
    items.push(
      draft('reporting_webhook_lacks_events', connection, messages.reportingLacksEvents(lacks.join(', '))),
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
  const names = lost.map(([name]) => name).join(', ');
  return [
    draft(
      'reports_lost',
      connection,
      count === 1 ? messages.reportLost(names) : messages.reportsLost(String(count), names),
    ),
  ];
}

function originOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).origin : 'an address that cannot be read';
}
