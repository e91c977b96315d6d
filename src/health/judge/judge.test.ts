import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../store/health/evidence.ts';
import { CODES, type HealthCode } from '../codes.ts';
import type { ConnectionFacts, EvidenceName, InstallationFacts, OpenFailure } from '../facts.ts';
import { judgeInstallation } from './installation.ts';
import { judgeConnection } from './judge.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const seen = (name: EvidenceName, at = NOW - 1_000, count = 1): [EvidenceName, Evidence] => [
  name,
  { connection: 'acme', name, fingerprint: '1', firstAt: at, at, count, detail: null },
];
const PROVEN: EvidenceName[] = [
  'kommo_token',
  'kommo_webhook',
  'kommo_webhook_listed',
  'track_keys',
  'signing_key',
];

/** A connection in which everything is proven and nothing is wrong. */
const well: ConnectionFacts = {
  connection: 'acme',
  now: NOW,
  run: { state: 'running' },
  evidence: { current: new Map(PROVEN.map((name) => seen(name))), former: new Map() },
  publicUrl: 'https://stagepost.example',
  tokenEndsAt: null,
  access: 'token',
  grant: null,
  kommo: { lastGoodAt: NOW, failures: [] },
  hooks: {
    at: NOW,
    value: [
      {
        address: 'https://stagepost.example/webhooks/kommo/acme/***',
        hasRightSecret: true,
        disabled: false,
        lacks: [],
      },
    ],
  },
  polling: null,
  silentMoveAt: null,
  track: { lastGoodAt: NOW, failures: [] },
  region: { configured: 'us', actual: 'us' },
  app: null,
  reporting: null,
  unanswered: null,
  lanes: null,
  work: null,
  rules: {
    stages: 2,
    reactions: 1,
    neededReports: ['email_opened'],
    version: null,
    trouble: null,
    error: null,
    missing: { names: [], fields: [] },
    moves: 5,
    sent: 5,
  },
};

const judged = (change: Partial<ConnectionFacts> = {}): string[] =>
  judgeConnection({ ...well, ...change }).flatMap(({ items }) =>
    items.map(({ code, light }) => `${code} ${light}`),
  );
const evidence = (...current: [EvidenceName, Evidence][]): Partial<ConnectionFacts> => ({
  evidence: { current: new Map([...well.evidence.current, ...current]), former: new Map() },
});
const failing = (failure: Partial<OpenFailure>): ConnectionFacts['kommo'] => ({
  lastGoodAt: null,
  failures: [{ kind: 'failing', since: NOW - 10_000, count: 1, message: 'It fails.', ...failure }],
});

it('says nothing of a connection in which everything is proven', () => {
  expect(judged()).toEqual([]);
});

it('says of an account that is not paid for only that, although Kommo refuses its webhooks, too', () => {
  const unpaid = { since: NOW, count: 1, message: 'Payment required.', lastAt: NOW };
  const kommo = failing({});
  kommo.failures = (['unpaid', 'rights'] as const).map((kind) => ({ ...unpaid, kind }));
  expect(judged({ kommo })).toEqual(['kommo_unpaid broken']);
});

it('is never green where nothing was seen to work', () => {
  const codes = judged({ evidence: { current: new Map(), former: new Map() }, hooks: null });
  expect(codes).toEqual([
    'kommo_token_unproven unknown',
    'kommo_webhook_unproven unknown',
    'track_keys_unproven unknown',
    'signing_key_unproven unknown',
  ]);
});

describe('an account without webhooks', () => {
  const MINUTE = 60_000;
  const { evidence: seenBefore } = well;
  const current = new Map(seenBefore.current);
  for (const name of ['kommo_webhook', 'kommo_webhook_listed'] as const) current.delete(name);
  const without: Partial<ConnectionFacts> = { evidence: { current, former: new Map() }, hooks: null };
  const polled = (readAt: number | null, more: Partial<ConnectionFacts> = {}) => ({
    ...without,
    polling: { everyMs: 20_000, readAt, runSince: NOW - 10 * MINUTE },
    ...more,
  });
  const proven = (facts: Partial<ConnectionFacts>) =>
    judgeConnection({ ...well, ...facts }).flatMap(({ proofs }) =>
      proofs.flatMap(({ name, isProven }) => (isProven ? [name] : [])),
    );

  it('is well while its events log is read, and no webhook is missed', () => {
    expect(judged(polled(NOW - 20_000))).toEqual([]);
    expect(proven(polled(NOW - 20_000))).toContain('kommo_log');
    expect(proven(polled(NOW - 20_000))).not.toContain('kommo_webhook');
  });

  it('is broken once the log was not read for 90 s', () => {
    expect(judged(polled(NOW - 89_000))).toEqual([]);
    expect(judged(polled(NOW - 90_000))).toEqual(['kommo_log_stalled broken']);
  });

  it('is broken where the log could not be read since the start, and unknown until then', () => {
    expect(judged(polled(null))).toEqual(['kommo_log_stalled broken']);
    const starting = { everyMs: 20_000, readAt: null, runSince: NOW - 5_000 };
    expect(judged({ ...without, polling: starting })).toEqual(['kommo_log_unproven unknown']);
  });

  it('has the cause only, where Kommo refuses all calls', () => {
    const kommo = failing({ kind: 'refused', since: NOW - 5 * MINUTE });
    expect(judged(polled(NOW - 5 * MINUTE, { kommo }))).toEqual(['kommo_token_refused broken']);
  });

  it('that may not read the log is broken, and not only short of a right', () => {
    const kommo = failing({ kind: 'rights', since: NOW - 5 * MINUTE });
    expect(judged(polled(null, { kommo }))).toContain('kommo_log_stalled broken');
  });
});

describe('calls', () => {
  it('one failed call among good ones is no fault before it is confirmed', () => {
    expect(judged({ kommo: failing({ since: NOW - 100 }) })).toEqual([]);
    expect(judged({ kommo: failing({ since: NOW - 100, count: 3 }) })).toEqual(['kommo_failing warning']);
    expect(judged({ kommo: failing({ since: NOW - 60_000 }) })).toEqual(['kommo_failing broken']);
  });

  it('a refused token counts at once', () => {
    expect(judged({ kommo: failing({ kind: 'refused', since: NOW }) })).toEqual([
      'kommo_token_refused broken',
    ]);
  });
});

it.each([
  [15 * DAY, []],
  [14 * DAY, ['kommo_token_ends warning']],
  [3 * DAY, ['kommo_token_ends_soon warning']],
  [-1, ['kommo_token_ended broken']],
])('a token that ends in %s ms', (ms, expected) => {
  expect(judged({ tokenEndsAt: NOW + ms })).toEqual(expected);
});

describe('access by OAuth', () => {
  const grant = {
    state: 'fresh',
    trouble: null,
    accessEndsAt: NOW + DAY,
    refreshEndsAt: NOW + 90 * DAY,
  } as const;

  it.each([
    ['is in force', grant, []],
    ['was not granted yet', { ...grant, state: 'none' }, ['kommo_access_missing broken']],
    ['was withdrawn', { ...grant, state: 'revoked' }, ['kommo_access_withdrawn broken']],
    ['waits for a renewal', { ...grant, state: 'due', trouble: 'No answer.' }, []],
    ['has ended', { ...grant, state: 'ended', trouble: 'No answer.' }, ['kommo_access_not_renewed warning']],
    ['ends in three weeks', { ...grant, refreshEndsAt: NOW + 21 * DAY }, ['kommo_access_ends warning']],
  ] as const)('%s', (_, facts, expected) => {
    expect(judged({ access: 'oauth', grant: facts })).toEqual(expected);
  });

  it.each([null, grant])(
    'is asked for again where Kommo refuses it, also before the grant was read',
    (facts) => {
      const kommo = failing({ kind: 'refused', since: NOW });
      const [item] = judgeConnection({ ...well, access: 'oauth', grant: facts, kommo }).flatMap(
        ({ items }) => items,
      );
      expect(item).toMatchObject({
        code: 'kommo_token_refused',
        todo: expect.stringContaining('Authorize again'),
      });
      expect(`${item!.message} ${item!.todo}`).not.toContain('long-lived');
    },
  );

  it('that was withdrawn is one problem: that Kommo refuses the token follows from it', () => {
    const kommo = failing({ kind: 'refused', since: NOW });
    expect(judged({ access: 'oauth', grant: { ...grant, state: 'revoked' }, kommo })).toEqual([
      'kommo_access_withdrawn broken',
    ]);
  });
});

it('events that were put aside and deals that are held are a warning, since nothing else shows them', () => {
  const nothingWaits = { inboxAt: null, planningAt: null, kommoAt: null, customerioAt: null };
  const dead = { deadKommo: null, deadCustomerio: null };
  const quiet = { setAside: 0, held: 0, heldSince: null, lostReports: {}, unreadLog: null };
  const work = { connection: 'acme', ...nothingWaits, ...dead, ...quiet };
  expect(judged({ work: { ...work, setAside: 2 } })).toEqual(['events_set_aside warning']);
  expect(judged({ work: { ...work, held: 312, heldSince: NOW - 7_200_000 } })).toEqual([
    'deals_held warning',
  ]);
  expect(judged({ work })).toEqual([]);
});

it('a part of the events log that was too old to be read is a warning for a week', () => {
  const nothing = { inboxAt: null, planningAt: null, kommoAt: null, customerioAt: null, deadKommo: null };
  const quiet = { deadCustomerio: null, setAside: 0, held: 0, heldSince: null, lostReports: {} };
  const unread = (at: number) => ({ from: NOW / 1_000 - 200 * 86_400, to: NOW / 1_000 - 80 * 86_400, at });
  const work = { connection: 'acme', ...nothing, ...quiet };
  expect(judged({ work: { ...work, unreadLog: unread(NOW - 7 * DAY + 1) } })).toEqual([
    'kommo_log_unread warning',
  ]);
  expect(judged({ work: { ...work, unreadLog: unread(NOW - 7 * DAY) } })).toEqual([]);
});

it('reports that only the activity log has shown are a warning, where the rules need them', () => {
  const nothingWaits = { inboxAt: null, planningAt: null, kommoAt: null, customerioAt: null };
  const quiet = { setAside: 0, held: 0, heldSince: null, unreadLog: null };
  const work = { connection: 'acme', ...nothingWaits, deadKommo: null, deadCustomerio: null, ...quiet };
  expect(judged({ work: { ...work, lostReports: { email_opened: 3 } } })).toEqual(['reports_lost warning']);
  expect(judged({ work: { ...work, lostReports: { email_dropped: 3 } } })).toEqual([]);
});

describe('reports', () => {
  it('refused after the last verified one are broken, and a verified one ends that', () => {
    expect(judged(evidence(seen('report_refused', NOW)))).toEqual(['reports_refused broken']);
    expect(judged(evidence(seen('report_refused', NOW - 2_000)))).toEqual([]);
  });

  it('after a changed key the back-off of Customer.io is explained', () => {
    const current = new Map(well.evidence.current);
    current.delete('signing_key');
    const former = new Map([seen('report_refused', NOW - 60_000)]);
    const items = judgeConnection({ ...well, evidence: { current, former } }).flatMap((side) => side.items);
    expect(items).toMatchObject([
      {
        code: 'signing_key_unproven',
        light: 'unknown',
        message: expect.stringMatching(/for an hour or more/),
      },
    ]);
  });

  it('are held back after a refusal, also where the key that is right again was proven before', () => {
    const former = new Map([seen('report_refused', NOW - 60_000)]);
    const current = (verifiedAt: number) =>
      new Map(well.evidence.current).set(...seen('signing_key', verifiedAt));
    expect(judged({ evidence: { current: current(NOW - HOUR), former } })).toEqual([
      'reports_held_back warning',
    ]);
    expect(judged({ evidence: { current: current(NOW - 1_000), former } })).toEqual([]);
    const old = new Map([seen('report_refused', NOW - 3 * HOUR)]);
    expect(judged({ evidence: { current: current(NOW - 4 * HOUR), former: old } })).toEqual([]);
  });

  it('that stopped coming though events are sent are a warning', () => {
    const current = seen('signing_key', NOW - 7 * HOUR);
    const unanswered = { events: 10, since: NOW - 7 * HOUR };
    expect(judged({ ...evidence(current), unanswered })).toEqual(['reports_stopped warning']);
    expect(judged({ ...evidence(current), unanswered: { ...unanswered, events: 9 } })).toEqual([]);
  });
});

describe('a proof', () => {
  const proofs = (change: Partial<ConnectionFacts>) =>
    new Map(
      judgeConnection({ ...well, ...change }).flatMap(({ proofs }) =>
        proofs.map((proof) => [proof.name, proof] as const),
      ),
    );
  const without = (name: EvidenceName, former: [EvidenceName, Evidence][] = []) => {
    const current = new Map(well.evidence.current);
    current.delete(name);
    return { evidence: { current, former: new Map(former) } };
  };

  it('is contradicted by what does not work now, and only then', () => {
    expect(proofs({}).get('kommo_token')).toMatchObject({ isProven: true, isContradicted: false });
    expect(proofs({ kommo: failing({ kind: 'refused' }) }).get('kommo_token')).toMatchObject({
      isProven: true,
      isContradicted: true,
    });
    expect(proofs(evidence(seen('report_refused', NOW))).get('signing_key')?.isContradicted).toBe(true);
    expect(proofs({ hooks: { at: NOW, value: [] } }).get('kommo_webhook')?.isContradicted).toBe(true);
  });

  it('that is missing says what to do first', () => {
    const todo = proofs({ ...without('kommo_webhook'), hooks: { at: NOW, value: [] } }).get(
      'kommo_webhook',
    )?.todo;
    expect(todo).toBe(CODES.kommo_webhook_missing.todo);
    const refused = new Map(without('signing_key').evidence.current).set(...seen('report_refused', NOW));
    expect(proofs({ evidence: { current: refused, former: new Map() } }).get('signing_key')?.todo).toBe(
      CODES.reports_refused.todo,
    );
    expect(proofs(without('kommo_webhook')).get('kommo_webhook')?.todo).toBe(
      'Move a deal to another stage in Kommo.',
    );
  });

  it('of a corrected signing key explains the back-off of Customer.io', () => {
    const facts = without('signing_key', [seen('report_refused', NOW - 60_000)]);
    expect(proofs(facts).get('signing_key')?.todo).toMatch(/refused at 11:59 UTC.* for an hour or more/);
  });
});

describe('work that waits', () => {
  const message = 'Kommo does not accept the token (401).';
  const open = { state: 'open', reason: null, since: null } as const;
  const held = { state: 'held', reason: message, since: NOW - 60_000 } as const;
  const items = (lanes: ConnectionFacts['lanes'], kommo = well.kommo) =>
    judgeConnection({ ...well, kommo, lanes }).flatMap((side) => side.items);

  it('does not repeat what another item says', () => {
    const found = items(
      { planning: held, kommo: held, customerio: open },
      failing({ kind: 'refused', message }),
    );
    expect(found.map(({ code, message }) => [code, message])).toEqual([
      ['kommo_token_refused', CODES.kommo_token_refused.meaning],
    ]);
  });

  it('says its reason where nothing else does', () => {
    expect(items({ planning: held, kommo: open, customerio: open })[0]?.message).toBe(
      `Processing moved deals and reports waits: ${message}`,
    );
  });
});

describe('rules', () => {
  const rules = (change: Partial<ConnectionFacts['rules']>) =>
    judged({ rules: { ...well.rules, ...change } });

  it('that do nothing are a warning', () => {
    expect(rules({ stages: 0, reactions: 0, version: 0 })).toEqual(['rules_missing warning']);
    expect(rules({ stages: 0 })).toEqual(['rules_without_stages warning']);
    expect(rules({ moves: 20, sent: 0 })).toEqual(['rules_never_match warning']);
  });

  it('that name what is gone, and published ones that do not run, are broken', () => {
    expect(rules({ missing: { names: ['The stage "A" does not exist.'], fields: [] } })).toEqual([
      'rules_name_missing broken',
    ]);
    expect(rules({ trouble: 'Version 3 cannot be used.' })).toEqual(['rules_not_active broken']);
  });
});

it('a webhook in Kommo that is gone is broken, but not for those who use the Digital Pipeline', () => {
  const hooks = { at: NOW, value: [] };
  expect(judged({ hooks })).toEqual(['kommo_webhook_missing broken']);
  const current = new Map(well.evidence.current);
  current.delete('kommo_webhook_listed');
  expect(judged({ hooks, evidence: { current, former: new Map() } })).toEqual([]);
});

describe('the installation', () => {
  const installation: InstallationFacts = {
    now: NOW,
    databaseMs: 3,
    databaseError: null,
    disk: { freeBytes: 50e9, totalBytes: 100e9 },
    databaseSizeLimit: null,
    diskSamples: [],
    clockOffsetMs: 20,
    notStoredAt: null,
    unreadable: [],
    accounts: [
      { connection: 'acme', accountId: 1, workspaceId: 10 },
      { connection: 'beta', accountId: 2, workspaceId: 20 },
    ],
  };
  it.each<[string, Partial<InstallationFacts>, string[]]>([
    ['is well', {}, []],
    ['has a full disk', { disk: { freeBytes: 50e6, totalBytes: 100e9 } }, ['disk_nearly_full broken']],
    ['has little disk left', { disk: { freeBytes: 4e9, totalBytes: 100e9 } }, ['disk_nearly_full warning']],
    ['has a clock that is a minute off', { clockOffsetMs: -60_000 }, ['clock_off warning']],
    ['has a clock that breaks signatures', { clockOffsetMs: 250_000 }, ['clock_off broken']],
    ['has a slow database', { databaseMs: 1_500 }, ['database_slow warning']],
    ['has no database', { databaseMs: null, databaseError: 'refused' }, ['database_unreachable broken']],
    ['cannot store webhooks', { notStoredAt: NOW - 1_000 }, ['webhooks_not_stored broken']],
    [
      'has one Kommo account twice',
      { accounts: [...installation.accounts, { connection: 'gamma', accountId: 1, workspaceId: null }] },
      ['kommo_account_twice broken'],
    ],
    [
      'has one Customer.io workspace twice',
      { accounts: [...installation.accounts, { connection: 'gamma', accountId: null, workspaceId: 20 }] },
      ['customerio_workspace_twice warning'],
    ],
    [
      'cannot read two stored connections, and a change of another one',
      {
        unreadable: [
          { connection: 'gamma', reason: 'The key is missing.', runsAsBefore: false },
          { connection: 'delta', reason: 'The key is missing.', runsAsBefore: false },
          { connection: 'beta', reason: 'The key is missing.', runsAsBefore: true },
        ],
      },
      ['connection_unreadable broken', 'connection_change_unreadable warning'],
    ],
  ])('%s', (_name, change, expected) => {
    const items = judgeInstallation({ ...installation, ...change });
    expect(items.map(({ code, light }) => `${code} ${light}`)).toEqual(expected);
  });
});

it('every code has a side, a light and something to do', () => {
  for (const code of Object.keys(CODES) as HealthCode[]) {
    const { lights, meaning, todo } = CODES[code];
    expect([code, lights.length > 0, meaning.endsWith('.'), todo.length > 10]).toEqual([
      code,
      true,
      true,
      true,
    ]);
  }
});
