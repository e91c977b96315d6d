import { describe, expect, it } from 'vitest';
import {
  type CurrentDatabase,
  isAccepted,
  judgeDatabase,
  type KnownDatabase,
  mayRepeat,
  type Verdict,
} from './decide.ts';
import { type DatabaseFacts, EMPTY } from './facts.ts';

const EMBEDDED = { kind: 'embedded', where: '/srv/data' } as const;
const MOVED = { kind: 'embedded', where: '/srv/new/data' } as const;
const POSTGRES = { kind: 'postgres', where: 'db/stagepost, schema public' } as const;
const STAGING = { kind: 'postgres', where: 'db/staging, schema public' } as const;

const full = (installation: string | null, version = 3): DatabaseFacts => ({
  installation,
  marks: { inbox: 100, events: 90, actions: 80 },
  holdings: { ...EMPTY.holdings, rules: { acme: version }, users: ['ann'] },
});
const A = full('a');
const A_LATER: DatabaseFacts = { ...A, marks: { inbox: 101, events: 90, actions: 81 } };
const NEW: DatabaseFacts = { ...EMPTY, installation: 'new' };

const known = (place: Pick<KnownDatabase, 'kind' | 'where'>, facts: DatabaseFacts | null): KnownDatabase => ({
  ...place,
  facts,
  usedAt: 1,
});

const BEFORE: Record<string, KnownDatabase | null> = {
  'nothing known': null,
  'an empty embedded one': known(EMBEDDED, NEW),
  'embedded A': known(EMBEDDED, A),
  'PostgreSQL A': known(POSTGRES, A),
  'an unreadable embedded one': known(EMBEDDED, null),
};

const NOW: Record<string, CurrentDatabase> = {
  'no embedded one yet': { ...EMBEDDED, facts: EMPTY },
  'embedded A': { ...EMBEDDED, facts: A_LATER },
  'embedded A, moved': { ...MOVED, facts: A },
  'embedded B': { ...EMBEDDED, facts: full('b') },
  'PostgreSQL, empty': { ...POSTGRES, facts: EMPTY },
  'PostgreSQL, no work yet': { ...STAGING, facts: { ...EMPTY, installation: 'c' } },
  'PostgreSQL A': { ...POSTGRES, facts: A },
  'PostgreSQL A on another host': { ...STAGING, facts: A_LATER },
  'PostgreSQL B': { ...STAGING, facts: full('b') },
  'PostgreSQL without an identity': { ...POSTGRES, facts: full(null) },
};

/** Every pair: a row for what is used now, a column for what was used before, in the order of BEFORE. */
const EXPECTED: Record<string, Verdict[]> = {
  'no embedded one yet': ['same', 'same', 'empty', 'empty', 'empty'],
  'embedded A': ['same', 'same', 'same', 'same', 'other'],
  'embedded A, moved': ['same', 'same', 'same', 'same', 'other'],
  'embedded B': ['same', 'same', 'other', 'other', 'other'],
  'PostgreSQL, empty': ['same', 'same', 'empty', 'empty', 'empty'],
  'PostgreSQL, no work yet': ['same', 'same', 'empty', 'empty', 'empty'],
  'PostgreSQL A': ['same', 'same', 'same', 'same', 'other'],
  'PostgreSQL A on another host': ['same', 'same', 'same', 'same', 'other'],
  'PostgreSQL B': ['same', 'same', 'other', 'other', 'other'],
  'PostgreSQL without an identity': ['same', 'same', 'other', 'older', 'other'],
};

describe.each(Object.keys(NOW))('with %s', (now) => {
  it.each(Object.keys(BEFORE).map((before, index) => [before, EXPECTED[now]![index]!] as const))(
    'after %s the verdict is %s',
    (before, verdict) => {
      expect(judgeDatabase(BEFORE[before]!, NOW[now]!)).toBe(verdict);
    },
  );
});

describe('an earlier state of the same database', () => {
  const verdictFor = (facts: DatabaseFacts) => judgeDatabase(known(POSTGRES, A), { ...POSTGRES, facts });

  it.each(['inbox', 'events', 'actions'] as const)('has fewer rows in %s', (table) => {
    expect(verdictFor({ ...A, marks: { ...A.marks, [table]: A.marks[table] - 1 } })).toBe('older');
  });

  it('has an older version of the rules, or none of a connection', () => {
    expect(verdictFor(full('a', 2))).toBe('older');
    expect(verdictFor({ ...A, holdings: { ...A.holdings, rules: {} } })).toBe('older');
  });

  it('may have lost all its rows', () => {
    expect(verdictFor({ ...EMPTY, installation: 'a' })).toBe('older');
  });

  it('is none where users were removed and dead letters discarded', () => {
    expect(verdictFor({ ...A, holdings: { ...A.holdings, users: [], deadLetters: 0 } })).toBe('same');
  });
});

describe('a database that was restored or moved', () => {
  const from = (origin: Partial<NonNullable<DatabaseFacts['origin']>>) => ({
    ...POSTGRES,
    facts: { ...NEW, origin: { restoredAt: null, movedTo: null, movedAt: null, ...origin } },
  });

  it('is meant to be used where it was just restored, whatever was used before', () => {
    for (const before of Object.values(BEFORE))
      expect(judgeDatabase(before, from({ restoredAt: 5 }))).toBe('same');
  });

  it('is not to be used where its data was moved, also if nothing is known of before, or it was restored first', () => {
    expect(judgeDatabase(null, from({ movedTo: 'PostgreSQL' }))).toBe('moved');
    expect(judgeDatabase(null, from({ movedTo: 'PostgreSQL', restoredAt: 5 }))).toBe('moved');
  });

  it('reads back first, unless it is simply the one in use', () => {
    expect(mayRepeat(from({ restoredAt: 5 }).facts, 'same')).toBe(true);
    expect(mayRepeat(from({ movedTo: 'PostgreSQL' }).facts, 'moved')).toBe(true);
    expect(mayRepeat(A, 'older')).toBe(true);
    expect(mayRepeat(A, 'same')).toBe(false);
    expect(mayRepeat(A, 'other')).toBe(false);
  });
});

describe('an override', () => {
  it('accepts its own verdict only', () => {
    expect(isAccepted('empty', ['start-empty'], [])).toBe(true);
    expect(isAccepted('other', ['start-empty'], [])).toBe(false);
    expect(isAccepted('older', ['start-empty', 'accept-other-database'], [])).toBe(false);
    expect(isAccepted('older', ['accept-older-database'], [])).toBe(true);
  });

  it('that was given at the last start, too, accepts nothing any more', () => {
    expect(isAccepted('empty', ['start-empty'], ['start-empty'])).toBe(false);
  });
});
