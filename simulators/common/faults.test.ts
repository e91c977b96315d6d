import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFaultPlan } from './faults.ts';

const get = { method: 'GET', path: '/api/v4/leads' };
const post = { method: 'POST', path: '/api/v4/leads/notes' };

describe('request faults', () => {
  it('hits nothing without rules', () => {
    expect(createFaultPlan().request(get)).toBeNull();
  });

  it('hits the next N matching requests and no others', () => {
    const plan = createFaultPlan();
    plan.add({ kind: 'reset_after', times: 2, match: { method: 'post', path: /notes$/ } });
    expect(plan.request(get)).toBeNull();
    expect(plan.request(post)).toEqual({ delayMs: 0, applied: true, outcome: { kind: 'reset' } });
    expect(plan.request(post)?.outcome.kind).toBe('reset');
    expect(plan.request(post)).toBeNull();
    expect(plan.counts().reset_after).toBe(2);
  });

  it('takes a rule out again', () => {
    const plan = createFaultPlan();
    const remove = plan.add({ kind: 'hang' });
    expect(plan.request(get)?.outcome.kind).toBe('hang');
    remove();
    expect(plan.request(get)).toBeNull();
  });

  it('a path pattern with the g flag has no memory', () => {
    const plan = createFaultPlan({ rules: [{ kind: 'hang', match: { path: /leads/g } }] });
    expect([1, 2, 3].map(() => plan.request(get)?.outcome.kind)).toEqual(['hang', 'hang', 'hang']);
  });

  it('writes the body as JSON of the product, as an nginx page or not at all', () => {
    const plan = createFaultPlan({ jsonBody: (status) => ({ type: 'x/json', body: `{"s":${status}}` }) });
    plan.add({ kind: 'status', status: 503, retryAfter: 9, times: 1 });
    plan.add({ kind: 'status', status: 502, body: 'html', times: 1 });
    plan.add({ kind: 'status', status: 504, body: 'empty', applied: true, times: 1 });
    expect(plan.request(get)).toEqual({
      delayMs: 0,
      applied: false,
      outcome: {
        kind: 'reply',
        status: 503,
        headers: { 'content-type': 'x/json', 'retry-after': '9' },
        body: '{"s":503}',
      },
    });
    expect(plan.request(get)?.outcome).toMatchObject({ status: 502, body: expect.stringContaining('nginx') });
    expect(plan.request(get)).toMatchObject({ applied: true, outcome: { status: 504, body: '' } });
  });

  it('the same seed hits the same requests; another seed others', () => {
    const hits = (seed: number) => {
      const plan = createFaultPlan({ seed, rules: [{ kind: 'hang', probability: 0.5 }] });
      return Array.from({ length: 64 }, () => plan.request(get) !== null);
    };
    expect(hits(7)).toEqual(hits(7));
    expect(hits(7)).not.toEqual(hits(8));
  });

  it('a probability is kept over many requests', () => {
    const plan = createFaultPlan({ rules: [{ kind: 'hang', probability: 0.2 }] });
    for (let n = 0; n < 10_000; n += 1) plan.request(get);
    expect(plan.counts().hang).toBeGreaterThan(1_800);
    expect(plan.counts().hang).toBeLessThan(2_200);
  });

  it('latency stays inside its range and applies the request', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(), (min, more, seed) => {
        const fault = createFaultPlan({ seed, latency: { min: min + 1, max: min + 1 + more } }).request(get);
        return fault?.applied === true && fault.delayMs >= min + 1 && fault.delayMs <= min + 1 + more;
      }),
    );
  });

  it('refuses a probability above 1 in words', () => {
    expect(() => createFaultPlan().add({ kind: 'hang', probability: 20 })).toThrow('from 0 to 1, not 20');
  });
});

describe('webhook faults', () => {
  it('drops, duplicates, holds back and delays', () => {
    const plan = createFaultPlan();
    expect(plan.hook()).toBeNull();
    plan.setHooks({ drop: 1 });
    expect(plan.hook()).toEqual({ copies: 0, delayMs: 0, holdMs: 0 });
    plan.setHooks({ duplicate: 1, delay: 1, delayMs: 30 });
    expect(plan.hook()).toEqual({ copies: 2, delayMs: 30, holdMs: 0 });
    plan.setHooks({ reorder: 1, reorderMs: 50 });
    expect(plan.hook()).toEqual({ copies: 1, delayMs: 0, holdMs: 50 });
    expect(plan.counts()).toMatchObject({ hook_drop: 1, hook_duplicate: 1, hook_delay: 1, hook_reorder: 1 });
  });

  it('clear takes everything back but the counts', () => {
    const plan = createFaultPlan({ latency: 5, rules: [{ kind: 'hang' }], hooks: { drop: 1 } });
    plan.request(get);
    plan.clear();
    expect([plan.request(get), plan.hook(), plan.counts().hang]).toEqual([null, null, 1]);
  });
});
