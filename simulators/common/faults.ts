import type {
  FaultBody,
  FaultCounts,
  FaultKind,
  FaultPlan,
  FaultPlanOptions,
  FaultRule,
  HookFaults,
  RequestFault,
  Wait,
} from './fault-types.ts';
import { type Random, seededRandom } from './random.ts';

export type * from './fault-types.ts';

const texts: Record<number, string> = {
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page nginx shows for a status. */
export function nginxPage(status: number): string {
  const title = `${status} ${texts[status] ?? 'Error'}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}

const plainJson: FaultBody = (status) => ({
  type: 'application/json',
  body: JSON.stringify({ status, title: texts[status] ?? 'Error' }),
});

function reply(fault: FaultKind & { kind: 'status' }, json: FaultBody): RequestFault['outcome'] {
  const { status, retryAfter } = fault;
  const shown = {
    json: () => json(status, retryAfter),
    html: () => ({ type: 'text/html', body: nginxPage(status) }),
    empty: () => ({ type: 'text/plain', body: '' }),
  }[fault.body ?? 'json']();
  const headers: Record<string, string> = { 'content-type': shown.type };
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  return { kind: 'reply', status, headers, body: shown.body };
}

function shape(fault: FaultKind, delayMs: number, json: FaultBody): RequestFault {
  if (fault.kind === 'status')
    return { delayMs, applied: fault.applied ?? false, outcome: reply(fault, json) };
  if (fault.kind === 'hang') return { delayMs, applied: false, outcome: { kind: 'hang' } };
  return { delayMs, applied: fault.kind === 'reset_after', outcome: { kind: 'reset' } };
}

function matches(rule: FaultRule, request: { method: string; path: string }): boolean {
  const { method, path } = rule.match ?? {};
  if (method !== undefined && method.toUpperCase() !== request.method.toUpperCase()) return false;
  return path === undefined || request.path.search(path) >= 0;
}

function pick(wait: Wait, random: Random): number {
  return typeof wait === 'number' ? wait : wait.min + random() * (wait.max - wait.min);
}

function check(rule: FaultRule): FaultRule {
  const { probability, times } = rule;
  if (probability !== undefined && !(probability >= 0 && probability <= 1))
    throw new RangeError(`A fault's probability must be from 0 to 1, not ${probability}.`);
  if (times !== undefined && !(times >= 1))
    throw new RangeError(`A fault's times must be 1 or more, not ${times}.`);
  return { ...rule };
}

const noCounts: FaultCounts = {
  status: 0,
  reset_before: 0,
  reset_after: 0,
  hang: 0,
  delayed: 0,
  hook_drop: 0,
  hook_duplicate: 0,
  hook_reorder: 0,
  hook_delay: 0,
};

/**
 * A plan of faults for a simulator: latency, broken answers and broken webhooks, decided by a seeded
 * generator, so that a seed shows the same faults again.
 *
 * @example
 * const faults = createFaultPlan({ seed: 7 });
 * faults.add({ kind: 'status', status: 502, body: 'html', probability: 0.1, match: { path: /notes/ } });
 * faults.add({ kind: 'reset_after', times: 1 });
 */
export function createFaultPlan(options: FaultPlanOptions = {}): FaultPlan {
  const json = options.jsonBody ?? plainJson;
  const counts: FaultCounts = { ...noCounts };
  let random = seededRandom(options.seed ?? 1);
  let latency: Wait = options.latency ?? 0;
  let rules = (options.rules ?? []).map(check);
  let hooks: HookFaults = options.hooks ?? {};

  const happens = (probability: number | undefined): boolean =>
    probability !== undefined && probability > 0 && random() < probability;

  const hits = (rule: FaultRule): boolean => rule.probability === undefined || happens(rule.probability);

  const take = (rule: FaultRule): void => {
    counts[rule.kind] += 1;
    if (rule.times === undefined) return;
    rule.times -= 1;
    if (rule.times < 1) rules = rules.filter((other) => other !== rule);
  };

  return {
    add(rule) {
      const added = check(rule);
      rules = [...rules, added];
      return () => {
        rules = rules.filter((other) => other !== added);
      };
    },
    setLatency(value) {
      latency = value;
    },
    setHooks(value) {
      hooks = value;
    },
    clear() {
      rules = [];
      latency = 0;
      hooks = {};
    },
    reseed(seed) {
      random = seededRandom(seed);
    },
    request(request) {
      const delayMs = pick(latency, random);
      if (delayMs > 0) counts.delayed += 1;
      const rule = rules.find((candidate) => matches(candidate, request) && hits(candidate));
      if (rule) {
        take(rule);
        return shape(rule, delayMs, json);
      }
      return delayMs > 0 ? { delayMs, applied: true, outcome: { kind: 'none' } } : null;
    },
    hook() {
      const drop = happens(hooks.drop);
      const duplicate = !drop && happens(hooks.duplicate);
      const reorder = !drop && happens(hooks.reorder);
      const delay = !drop && happens(hooks.delay);
      if (!drop && !duplicate && !reorder && !delay) return null;
      counts.hook_drop += Number(drop);
      counts.hook_duplicate += Number(duplicate);
      counts.hook_reorder += Number(reorder);
      counts.hook_delay += Number(delay);
      return {
        copies: drop ? 0 : duplicate ? 2 : 1,
        delayMs: delay ? pick(hooks.delayMs ?? 100, random) : 0,
        holdMs: reorder ? (hooks.reorderMs ?? 200) : 0,
      };
    },
    counts: () => ({ ...counts }),
  };
}
