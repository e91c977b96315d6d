/*
 * The worst requests about rules that are known. Each was answered after many seconds in which the server answered nobody,
 * or never, when drafts were worked on in the server's own thread without bounds.
 */

/** One request; `body` is JSON. */
export interface Attack {
  what: string;
  method: 'POST' | 'GET';
  path: string;
  body?: string;
}

/** Lists in lists: printing the last one takes 3^60 steps. */
export const NESTED_LISTS =
  '{% assign a = "x" | split: "," %}{% for i in (1..60) %}{% assign a = a | push: a | push: a %}{% endfor %}{{ a }}';
/** A thousand letters, doubled 20 times. */
export const GROWING_TEXT = `{% assign a = "${'x'.repeat(1_000)}" %}{% for i in (1..20) %}{% capture a %}{{ a }}{{ a }}{% endcapture %}{% endfor %}{{ a }}`;

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join('\n');
}

/** Texts of rules, each the worst of its kind and not longer than a draft may be. */
export const HOSTILE_TEXTS: Record<string, string> = {
  'wrong starts of as many timers as events': `stages:\n${lines(750, (n) => `- {pipeline: P, stage: s${n}, event: name_of_event_${n}}`)}\ninactivity:\n${lines(750, (n) => `- {start: nome_of_event_${n}x, after: 5d, unless: email_opened, event: e}`)}`,
  'an explicit key with aliases below it': `a: &a [${'x,'.repeat(10_000)}]\n? ${'k'.repeat(40_000)}\n: [${'*a,'.repeat(10_000)}]`,
  'long names in every hint': `stages:\n${lines(400, (n) => `- {pipeline: P, stage: s${n}, event: ${'e'.repeat(80)}${n}}`)}\ninactivity:\n${lines(600, (n) => `- {start: q${n}, after: 5d, unless: email_opened, event: e}`)}`,
  'tabs and braces': '\t: - {{\n'.repeat(12_000),
  brackets: '['.repeat(99_000),
  'one long text used many times': `a: &a "${'{{ deal.name }} '.repeat(400)}"\nperson: { attributes: {\n${lines(3_000, (n) => `k${n}: *a,`)}\n}}`,
  'variables in one text': `person: { attributes: { a: '${'{{ deal.nme }}'.repeat(7_000)}' }}`,
  'many costly texts': `stages:\n${lines(700, (n) => `- {pipeline: P, stage: s${n}, event: e, note: '{% for i in (1..9000) %}{{ i }}{% endfor %}'}`)}`,
};

/** @param deal the subject of previews */
export function attacks({ connection, deal }: { connection: string; deal: object }): Attack[] {
  const post = (what: string, path: string, body: object): Attack => ({
    ...{ what, method: 'POST', path: `/api/rules/${path}` },
    body: JSON.stringify({ connection, ...body }),
  });
  const withNote = (note: string) => ({
    text: `stages:\n- {pipeline: Sales, stage: Closed - won, event: won, note: '${note}'}`,
  });
  const stage = { pipeline: 'Sales', stage: 'Closed - won', event: 'won' };
  const manyStages = Array.from({ length: 10_000 }, (_, n) => ({ ...stage, stage: `s${n}` }));
  return [
    ...Object.entries(HOSTILE_TEXTS).map(([what, text]) => post(what, 'check', { draft: { text } })),
    post('lists in lists, previewed', 'preview', { on: deal, draft: withNote(NESTED_LISTS) }),
    post('a growing text, previewed', 'preview', { on: deal, draft: withNote(GROWING_TEXT) }),
    post('lists in lists, compared', 'compare', { draft: withNote(NESTED_LISTS) }),
    post('lists in lists, published', 'publish', { draft: withNote(NESTED_LISTS), basedOn: 0, ahead: true }),
    post('a form with ten thousand stages', 'check', { draft: { tree: { stages: manyStages } } }),
    post('a form with numbers for stages', 'check', { draft: { tree: { stages: Array(300_000).fill(0) } } }),
    { what: 'the source', method: 'GET', path: `/api/rules/source?connection=${connection}` },
    { what: 'the metrics', method: 'GET', path: '/metrics' },
  ];
}
