import { expect, it } from 'vitest';
import { LIMITS } from './liquid/budget.ts';
import { TextRenderer, TextTooExpensive } from './render-text.ts';
import { sampleScopes } from './sample-scope.ts';

/** Doubles a text to 32,000 characters. */
const LONG = `{% assign b = 'aaaaaaaaaaaaaaaa' %}{% for i in (1..11) %}{% assign b = b | append: b %}{% endfor %}`;
const SPACES = `${LONG}{% assign w = b | replace: 'a', ' ' | append: 'x' %}`;
const LIST = `{% assign a = 'x' | split: ',' %}`;
const path = 'a'.concat('.a'.repeat(2_000));

function loop(body: string): string {
  return `{% for i in (1..6000) %}${body}{% endfor %}`;
}

/** Texts that would take seconds, gigabytes or for ever. */
const HOSTILE: Record<string, string> = {
  'prints a list that contains itself sixty times over': `${LIST}${loop('{% assign a = a | push: a | push: a %}')}{{ a }}`,
  'nests lists with unshift': `${LIST}${loop('{% assign a = a | unshift: a | unshift: a %}')}{{ a | json }}`,
  'doubles a list with concat': `${LIST}${loop('{% assign a = a | concat: a %}')}{{ a | inspect }}`,
  'nests lists with group_by': `{% assign a = deal.tags %}${loop("{% assign a = a | group_by: 'x' | push: a %}")}`,
  'nests the pairs of a loop over an object':
    '{% for f in deal.field %}{% assign a = f | push: a | push: a %}{% endfor %}{{ a | join }}',
  'nests a list ten thousand levels deep': `${LIST}${loop("{% assign z = '' | split: ',' %}{% assign a = z | push: a %}")}{{ a }}`,
  'doubles a captured text': `{% assign s = deal.name %}${'{% capture s %}{{ s }}{{ s }}{% endcapture %}'.repeat(18)}{{ s }}`,
  'doubles an assigned text': `{% assign s = deal.name %}${'{% assign s = s | append: s %}'.repeat(20)}{{ s }}`,
  'captures a long text again and again': loop('{% capture s %}{{ deal.tags }}{% endcapture %}'),
  'nests loops': '{% for a in deal.tags %}'.repeat(3) + '{% endfor %}'.repeat(3),
  'counts to a billion': '{% for n in (1..1000000000) %}{% endfor %}',
  'counts where adding one changes nothing':
    '{% for n in (9007199254740992..9007199254740994) %}{% endfor %}',
  'counts so in an expression of a filter':
    '{{ deal.tags | where_exp: "x", "(9007199254740992..9007199254740994) contains 1" }}',
  'makes a large range in each pass': loop('{% for n in (1..5000) %}{% break %}{% endfor %}'),
  'copies a list in each pass': loop('{% for n in deal.tags reversed %}{% break %}{% endfor %}'),
  'turns an object into a list in each pass': loop('{% for n in deal.field %}{% break %}{% endfor %}'),
  'limits a loop by a list': loop('{% for n in deal.tags limit: deal.tags %}{% endfor %}'),
  'fills a table': loop('{% tablerow n in deal.tags cols: 1 %}{% endtablerow %}'),
  'has a long condition in a loop': loop(`{% if ${'nil or '.repeat(2_000)}nil %}{% endif %}`),
  'has many branches in a loop': loop(`{% if nil %}${'{% elsif nil %}'.repeat(1_000)}{% endif %}`),
  'has a long case in a loop': loop(`{% case 5 %}{% when ${'1,'.repeat(9_000)}1 %}{% endcase %}`),
  'compares a long text with blank in a case': `${SPACES}${loop(`{% case w %}{% when ${'blank,'.repeat(2_000)}1 %}{% endcase %}`)}`,
  'compares a long text with blank': `${SPACES}${loop('{% if w == blank %}{% endif %}')}`,
  'searches a long text': `${LONG}{% assign p = 'b' | append: b %}${loop('{% if b contains p %}{% endif %}')}`,
  'searches a text for one that almost occurs': `${LONG}{% assign p = b | slice: 0, 16000 %}{% assign p = 'aaaab' | append: p %}${'{% if b contains p %}{% endif %}'.repeat(5)}`,
  'compares lists': loop('{% if deal.tags < deal.tags %}{% endif %}'),
  'has a long path in a loop': loop(`{{ deal.${path} }}`),
  'uses a list as a key': loop('{{ deal[deal.tags] }}'),
  'names a cycle by a long text': `${LONG}${loop("{% cycle b: 'x','y' %}")}`,
  'has a long cycle in a loop': loop(`{% cycle ${"'a',".repeat(3_000)}'b' %}`),
  'formats a date by many names': `{{ 1700000000 | date: '${'%A'.repeat(3_000)}' }}`,
  'formats many dates': loop("{{ 1700000000 | date: '%c' }}"),
  'converts many time zones': loop("{{ 1700000000 | date: '%Y', 'Europe/Madrid' }}"),
  'pads a date to a gigabyte': "{{ 1700000000 | date: '%999999999d' }}",
  'multiplies a text by replace': `${LONG}{{ b | replace: 'a', b }}`,
  'multiplies a text by join': `${LONG}{% assign l = b | split: '' %}{{ l | join: b }}`,
  'splits a text again and again': `${LONG}${loop("{% assign l = b | split: '' %}")}`,
  'sorts a list again and again': loop('{% assign l = deal.tags | sort_natural %}'),
  'shuffles a text again and again': `${LONG}${loop('{% assign l = b | sample %}')}`,
  'filters a list by a long path': `{% assign p = '${path}' %}${loop('{% assign l = deal.tags | where: p, 1 %}')}`,
  'filters a list by an expression': loop(`{% assign l = deal.tags | where_exp: 't', 't contains "9"' %}`),
  'hashes a long text': `${LONG}${loop('{% assign h = b | hmac_sha256: b %}')}`,
  'slugifies a long text': `${LONG}${loop("{% assign h = b | slugify: 'latin' %}")}`,
  'strips a long text': `${SPACES}${loop('{% assign h = w | strip | squish %}')}`,
  'prints whole objects': loop('{{ deal | json: 10 }}'),
  'has a filter with many arguments': loop(`{{ nil | default: ${'1,'.repeat(3_000)}1 }}`),
  'nests liquid tags': `{% ${'liquid '.repeat(2_800)} %}`,
  'nests blocks': '{% if true %}'.repeat(900) + '{% endif %}'.repeat(900),
  'has many parts': '{{a}}'.repeat(5_000),
};

it.each(Object.entries(HOSTILE))('refuses a text that %s, before it does harm', (_what, text) => {
  for (const scope of sampleScopes()) {
    const texts = new TextRenderer();
    expect(() => texts.render(text, scope, 'The note')).toThrow(TextTooExpensive);
    // The charge that exceeds the limit is made before its work is done.
    expect(texts.workDone).toBeLessThanOrEqual(LIMITS.work);
  }
});

it.each([
  ['splits a text at one that almost occurs', 'text | split: almost'],
  ['removes a text that almost occurs', 'text | remove: almost'],
  ['replaces a text that almost occurs', "text | replace: almost, ''"],
  ['maps a list by a list', 'list | map: list'],
  ['sums a list by a list', 'list | sum: list'],
  ['sorts a list by a list', 'list | sort: list'],
])('refuses a text that %s, once', (_what, expression) => {
  const scope = {
    text: 'a'.repeat(60_000),
    almost: `${'a'.repeat(300)}b${'a'.repeat(20_000)}`,
    list: Array.from({ length: 4_000 }, (_, n) => `${n}`),
  };
  const texts = new TextRenderer();
  expect(() => texts.render(`{% assign z = ${expression} %}`, scope, 'The note')).toThrow(TextTooExpensive);
  expect(texts.workDone).toBeLessThan(LIMITS.work / 2);
});

it('lets all texts of a plan share one budget', () => {
  const [scope] = sampleScopes();
  const texts = new TextRenderer();
  const text = '{% for tag in deal.tags %}{{ tag | upcase }}, {% endfor %}';
  expect(texts.render(text, scope!, 'The note')).toContain('ENTRY 249');
  expect(() => {
    for (let n = 0; n < 100; n++) texts.render(text, scope!, 'The attribute "plan"');
  }).toThrow(/^The attribute "plan" is too expensive to render: .+\.$/);
});

it.each([
  [
    'lists every tag of a deal',
    '{% for tag in deal.tags %}{{ forloop.index }}. {{ tag | capitalize }}\n{% endfor %}',
  ],
  [
    'lists every field of a deal',
    '{% for field in deal.field %}{{ field[0] }}: {{ field[1] }}\n{% endfor %}',
  ],
  ['takes a text from a place to its end', '{{ deal.name | slice: 10, 100000 }}'],
  ['sorts tags', '{{ deal.tags | sort_natural | uniq | join: ", " }}'],
  [
    'searches fields',
    "{% if deal.field.Notes contains 'urgent' %}{{ deal.field.Notes | replace: 'urgent', 'later' }}{% endif %}-",
  ],
  ['joins lists', '{{ deal.tags | concat: deal.tags | uniq | size }}'],
  ['formats dates', "{{ deal.created_at | date: '%A, %B %-d, %Y' }} {{ 'now' | date: '%d/%m' }}"],
  ['asks for tags', "{% if deal.tags contains 'vip' and deal.price > 1000 %}VIP{% else %}-{% endif %}"],
])('renders an honest text that %s', (_what, text) => {
  for (const scope of sampleScopes()) {
    const texts = new TextRenderer();
    expect(texts.render(text, scope, 'The note')).not.toBe('');
    expect(texts.workDone).toBeLessThan(LIMITS.work / 4);
  }
});
