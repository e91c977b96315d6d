/**
 * The numbers in the documentation are those of the code. Each fact is a sentence of a page, with its numbers in
 * brackets, and where they come from. Measured figures are not held by this: they are as they were measured.
 */
import { expect, test } from 'vitest';
import { RENEW_MS } from '../../src/cluster/lease-manager.ts';
import { BATCH_BYTES, BATCH_ITEMS, ITEM_BYTES } from '../../src/customerio/index.ts';
import { MAX_CAMPAIGNS } from '../../src/domain/campaigns/campaign.ts';
import { SESSION } from '../../src/http/auth/session.ts';
import { LINK_TTL_MS } from '../../src/http/auth/setup-link.ts';
import { bulkShareOf, MAX_BATCH } from '../../src/kommo/index.ts';
import { STATE_MS } from '../../src/kommo-oauth/authorization.ts';
import { CONCURRENCY } from '../../src/pipeline/deliver/customerio/units.ts';
import { READ_BACK_AFTER_MS } from '../../src/pipeline/deliver/outcome.ts';
import { MAX_COMPARED_EVENTS } from '../../src/rules-admin/schemas.ts';
import { LEASE_MS } from '../../src/store/connections/leases.ts';
import { NEEDED_BYTES } from '../../src/store/database/disk.ts';
import { CONNECTIONS_PER_PROCESS, QUERY_TIMEOUT_MS } from '../../src/store/database/pool.ts';
import { MAX_REFUSALS } from '../../src/store/users/audit.ts';
import { exampleConfig } from '../support/example-config.ts';
import { flatTextOf } from './markdown.ts';
import { constant, numberAfter } from './source.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const config = exampleConfig();
const retentionDays = (config.retentionSeconds * SECOND) / DAY;
const skipHours = (config.connections[0]!.skipMovesAfterSeconds * SECOND) / HOUR;
const kommoRate = config.connections[0]!.kommo.requestsPerSecond;

const OUTCOME = 'src/pipeline/deliver/outcome.ts';
const retry = { firstMs: constant(OUTCOME, 'RETRY', 'firstMs'), maxMs: constant(OUTCOME, 'RETRY', 'maxMs') };
/** The longest wait from the first attempt to the last one. */
const retryMs = Array.from({ length: constant(OUTCOME, 'MAX_ATTEMPTS') - 1 }, (_, failures) =>
  Math.min(retry.maxMs, retry.firstMs * 2 ** failures),
).reduce((sum, ms) => sum + ms);

const WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

type Fact = [page: string, sentence: RegExp, ...numbers: number[]];

const WATCHDOG: Fact[] = [
  [
    'operations',
    /after a pause of (\d) second that doubles with each failure/,
    constant('src/watchdog/watchdog.ts', 'PAUSE', 'firstMs') / SECOND,
  ],
  [
    'operations',
    /does not stop within (\d+) seconds is killed/,
    constant('src/watchdog/watchdog.ts', 'STOP_WITHIN_MS') / SECOND,
  ],
];

const LISTS = 'src/customerio/app-api/campaigns.ts';
const CAMPAIGNS_EVERY_MS = constant('src/pipeline/campaigns/campaign-reader.ts', 'CAMPAIGNS_EVERY_MS');

const CAMPAIGNS: Fact[] = [
  ['rules', /reads the list every (\w+) minutes/, CAMPAIGNS_EVERY_MS / MINUTE],
  ['rules', /read less than (\w+) minutes before/, CAMPAIGNS_EVERY_MS / 2 / MINUTE],
  ['rules', /Campaigns beyond the first ([\d,]+)/, MAX_CAMPAIGNS],
  [
    'rules',
    /for the newest ([\d,]+) newsletters, (\w+) at most/,
    constant(LISTS, 'NEWSLETTERS_A_PAGE') * constant(LISTS, 'MAX_PAGES'),
    constant(LISTS, 'MAX_PAGES'),
  ],
  ['rules', /at most every (\w+) seconds/, constant('src/console-api/coverage.ts', 'MIN_AGE_MS') / SECOND],
];

const CONNECT_KOMMO: Fact[] = [
  ['connect-kommo', /is good for (\w+) minutes/, STATE_MS / MINUTE],
  [
    'connect-kommo',
    /A light warns (\w+) weeks before/,
    constant('src/health/judge/kommo.ts', 'GRANT_ENDS_DAYS') / 7,
  ],
];

const READER = 'src/pipeline/directory/directory-reader.ts';

const DIRECTORY: Fact[] = [
  [
    'how-it-works',
    /a search in Kommo, up to (\d) calls for each person/,
    constant('src/kommo/client/by-id.ts', 'MAX_SEARCH_PAGES'),
  ],
  [
    'how-it-works',
    /the IDs of their newest (\d+) deals/,
    constant('src/domain/directory/entry.ts', 'MAX_DEALS'),
  ],
  [
    'how-it-works',
    /one page of (\d+) contacts a second/,
    constant('src/kommo/client/by-id.ts', 'PAGE') / (constant(READER, 'BACKGROUND_PAUSE_MS') / SECOND),
  ],
  [
    'how-it-works',
    /If more than (\d+) reports about unknown people wait/,
    constant('src/domain/directory/choose-lookup.ts', 'FEW_PEOPLE'),
  ],
  [
    'how-it-works',
    /every (\d) minutes while reports wait for their person/,
    constant(READER, 'PARKED_EVERY_MS') / MINUTE,
  ],
  [
    'how-it-works',
    /was read more than (\d+) minutes ago/,
    constant('src/domain/directory/answer.ts', 'FRESH_MS') / MINUTE,
  ],
  [
    'how-it-works',
    /a deal appears in Kommo within (\d) days/,
    constant('src/store/directory/entries.ts', 'PLAN_AGAIN_MS') / DAY,
  ],
];

const FAILURES: Fact[] = [
  [
    'failures',
    /retried after (\d) to (\d) seconds, then at growing intervals up to (\d+) minutes, for about (\d) days/,
    retry.firstMs / 2 / SECOND,
    retry.firstMs / SECOND,
    retry.maxMs / MINUTE,
    Math.round(retryMs / DAY),
  ],
  ['failures', /what was written, after (\d) s at the earliest/, READ_BACK_AFTER_MS / SECOND],
  ['failures', /in flight are read back after (\d) s/, READ_BACK_AFTER_MS / SECOND],
  [
    'failures',
    /After (\w+) rounds of failed calls/,
    constant('src/pipeline/deliver/destination-health.ts', 'DOWN_AFTER'),
  ],
  [
    'failures',
    /Planning pauses and is retried after (\d) s/,
    constant('src/pipeline/retry-state.ts', 'FIRST_MS') / SECOND,
  ],
  [
    'failures',
    /Kommo is slow \| A call ends after (\d+) s/,
    numberAfter('src/kommo/client/client.ts', 'settings.timeoutMs ?? ') / SECOND,
  ],
  [
    'failures',
    /Customer\.io is down or slow \| A call ends after (\d+) s/,
    numberAfter('src/customerio/track/track.ts', 'options.timeoutMs ?? ') / SECOND,
  ],
  [
    'failures',
    /if Kommo names no time, (\d) s, doubling up to (\d+) s/,
    constant('src/kommo/client/circuit-breaker.ts', 'FIRST_PAUSE_MS') / SECOND,
    constant('src/kommo/client/circuit-breaker.ts', 'MAX_PAUSE_MS') / SECOND,
  ],
  [
    'health',
    /where nothing is heard of it every (\d+) s/,
    constant('src/health/judgement-rounds.ts', 'QUIET_MS') / SECOND,
  ],
  [
    'failures',
    /One call is tried every (\d+) s/,
    constant('src/kommo/client/errors.ts', 'BLOCK_PAUSE_MS') / SECOND,
  ],
  [
    'failures',
    /from (\d) minutes before the first attempt/,
    constant('src/pipeline/deliver/kommo/read-back.ts', 'CLOCK_SLACK_S') / 60,
  ],
  [
    'failures',
    /The lane waits (\d) s, or as long as the answer says/,
    constant('src/pipeline/deliver/destination-health.ts', 'THROTTLED_MS') / SECOND,
  ],
  [
    'failures',
    /answered 503, after ([\d.]+) s \(Kommo\) or ([\d.]+) s \(Customer\.io\)/,
    constant('src/http/webhooks.ts', 'STORE_TIMEOUT_MS', 'kommo') / SECOND,
    constant('src/http/webhooks.ts', 'STORE_TIMEOUT_MS', 'customerio') / SECOND,
  ],
  ['failures', /Stagepost notices within ([\d.]+) s/, QUERY_TIMEOUT_MS / SECOND],
  ['failures', /answers 503 until (\d+) MB are free/, NEEDED_BYTES / 2 ** 20],
  [
    'failures',
    /takes longer than (\d+) s is cut \(408\); a body of Kommo over (\d) MB and one of Customer\.io over (\d+) MB are refused/,
    constant('src/http/server.ts', 'TIMES', 'requestMs') / SECOND,
    constant('src/http/webhook-body.ts', 'BODY_LIMIT') / 1_000_000,
    constant('src/http/webhook-body.ts', 'LARGE_REPORT_LIMIT') / 1_000_000,
  ],
  [
    'failures',
    /reports more than ([\d,]+) changes/,
    constant('src/kommo/webhook/read-webhook.ts', 'MAX_REPORTS'),
  ],
  [
    'failures',
    /at every start and every (\w+) minutes/,
    constant('src/pipeline/periodic-reader.ts', 'EVERY_MS') / MINUTE,
  ],
  [
    'failures',
    /appear in the log up to (\w+) minutes late/,
    constant('src/store/retention/kept-times.ts', 'LOG_OVERLAP_S') / 60,
  ],
  [
    'failures',
    /left alone for (\w+) minutes/,
    constant('src/pipeline/understand/deal-creations.ts', 'QUIET_S') / 60,
  ],
  ['failures', /`skip_moves_after` \((\d+) hours if not set\)/, skipHours],
  ['dead-letters', /`retention`\]\(configuration\.md\) \((\d+) days if not set\)/, retentionDays],
  [
    'dead-letters',
    /the current chunk \((\d+) actions at most\)/,
    constant('src/commands/replay/replay.ts', 'CHUNK'),
  ],
  [
    'dead-letters',
    /of Kommo's (\d) calls a second a replay uses at most (\d)/,
    kommoRate,
    bulkShareOf(kommoRate),
  ],
  ['dead-letters', /3 calls, at most (\d) a second/, bulkShareOf(kommoRate)],
  [
    'dead-letters',
    /\*\*older than (\d+) hours\*\*/,
    constant('src/domain/campaign-settings.ts', 'CAMPAIGN_AGE_S') / 3600,
  ],
];

const OPERATION: Fact[] = [
  ['operations', /A process holds up to (\d+) connections/, CONNECTIONS_PER_PROCESS],
  ['scaling', /An instance holds up to (\d+) connections to PostgreSQL/, CONNECTIONS_PER_PROCESS],
  ['operations', /contents are kept: (\d+) days if not set/, retentionDays],
  ['how-it-works', /`retention` \((\d+) days if not set\)/, retentionDays],
  ['how-it-works', /of refused requests the newest ([\d,]+)/, MAX_REFUSALS],
  [
    'operations',
    /counted at most every (\d) seconds/,
    constant('src/http/metrics.ts', 'COUNT_EVERY_MS') / SECOND,
  ],
  ['operations', /Kommo accepts (\d) requests a second/, kommoRate],
  ['setup', /An invitation expires after (\d) days/, LINK_TTL_MS.invitation / DAY],
  ['console', /invitation works for (\d) days/, LINK_TTL_MS.invitation / DAY],
  ['console', /new password for (\d+) hours/, (24 * LINK_TTL_MS.reset) / DAY],
  ['setup', /After (\w+) wrong passwords/, numberAfter('src/http/auth/attempts.ts', 'narrow: { free: ')],
  ['console', /Runs the last (\d+) events through the draft/, MAX_COMPARED_EVENTS],
  ['how-it-works', /for the last (\d+) events/, MAX_COMPARED_EVENTS],
  ['api', /which of the last (\d+) events/, MAX_COMPARED_EVENTS],
  [
    'api',
    /about (\d) seconds behind, on PostgreSQL (\d+)/,
    numberAfter('src/store/counts/roll-up.ts', 'embedded: { delayMs: 0, doneDelayMs: ') / SECOND,
    numberAfter('src/store/counts/roll-up.ts', 'postgres: { delayMs: ') / SECOND,
  ],
];

const PROCESSES: Fact[] = [
  [
    'how-it-works',
    /holds a lease for (\d+) seconds and renews it every (\d)/,
    LEASE_MS / SECOND,
    RENEW_MS / SECOND,
  ],
  ['scaling', /when its leases end, (\d+) seconds after/, LEASE_MS / SECOND],
  ['scaling', /every (\d) seconds each instance renews/, RENEW_MS / SECOND],
  [
    'scaling',
    /every (\d) seconds one statement finds/,
    constant('src/cluster/coordinator.ts', 'SAFETY_POLL_MS') / SECOND,
  ],
  [
    'scaling',
    /At a start, (\d+) connections start at a time/,
    constant('src/cluster/coordinator.ts', 'CONCURRENT_STARTS'),
  ],
  ['scaling', /in steps of (\d+) connections/, constant('src/cluster/lease-manager.ts', 'MAX_HANDOVERS')],
  [
    'scaling',
    /after a pause of ([\d.]+) s for Kommo's limit/,
    constant('src/cluster/leased-clients.ts', 'QUIET_MS') / SECOND,
  ],
  [
    'scaling',
    /A configuration file may have (\d) MB/,
    constant('src/config/limits.ts', 'FILE_LIMITS', 'characters') / 1_000_000,
  ],
  ['reliability', /Dead connections are noticed within ([\d.]+) s/, QUERY_TIMEOUT_MS / SECOND],
  [
    'reliability',
    /A process that starts waits ([\d.]+) s/,
    constant('src/cluster/leased-clients.ts', 'QUIET_MS') / SECOND,
  ],
  ['reliability', /wakes up more than (\d+) seconds later/, LEASE_MS / SECOND],
  [
    'reliability',
    /one probe is sent every (\d+) s/,
    constant('src/kommo/client/errors.ts', 'BLOCK_PAUSE_MS') / SECOND,
  ],
];

const BATCHES: Fact[] = [
  ['how-it-works', /When more than (\d+) people have something due/, CONCURRENCY],
  ['how-it-works', /up to (\d+) items and (\d+) KB a call/, BATCH_ITEMS, BATCH_BYTES / 1_000],
  ['how-it-works', /An item over (\d+) KB/, ITEM_BYTES / 1_024],
  ['performance', /if more than (\d+) people have something due/, CONCURRENCY],
  [
    'performance',
    /A page has (\d+) deals, a write up to (\d+) notes/,
    constant('src/kommo/client/by-id.ts', 'PAGE'),
    MAX_BATCH,
  ],
];

test.each([
  ...FAILURES,
  ...CAMPAIGNS,
  ...CONNECT_KOMMO,
  ...DIRECTORY,
  ...WATCHDOG,
  ...OPERATION,
  ...PROCESSES,
  ...BATCHES,
])('docs/%s.md: %s', (page, sentence, ...numbers) => {
  const found = sentence.exec(flatTextOf(`docs/${page}.md`));
  expect(found, 'the sentence is not on the page').not.toBeNull();
  expect(found!.slice(1).map(numberOf)).toEqual(numbers);
});

test('docs/failures.md: a stop ends within the time that it promises', () => {
  const promised = /exit code 0 within (\d+) s/.exec(flatTextOf('docs/failures.md'))![1];
  expect(constant('src/commands/serve/serve.ts', 'STOP_WITHIN_MS') / SECOND).toBeLessThanOrEqual(
    Number(promised),
  );
});

test('docs/setup.md: a session ends a week after its last use, and a month after it began', () => {
  expect(flatTextOf('docs/setup.md')).toContain(
    'A session ends a week after its last use, and a month after it began.',
  );
  expect(SESSION).toEqual({ idleMs: 7 * DAY, maxMs: 30 * DAY });
});

function numberOf(text: string): number {
  const word = WORDS.indexOf(text);
  return word >= 0 ? word : Number(text.replaceAll(',', ''));
}
