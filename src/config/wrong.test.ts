import { describe, expect, test } from 'vitest';
import { fileWith, load, problemLines } from '../../test/support/config-fixtures.ts';

const acme = 'connections.acme';
const head = fileWith('').trimEnd();
const STAGE = 'stages:\n  - { pipeline: Sales, stage: Won, event: won }\n';

/** What a file with these lines in its connection says; they start in line 5. */
const wrong = (lines: string, env = {}) => problemLines(load(fileWith(lines), env));

describe('YAML', () => {
  test.each([
    ['nothing', '', '1:1 : the file is empty. Start with connections:'],
    ['a comment only', '# soon\n', '1:1 : the file is empty. Start with connections:'],
    [
      'a list',
      '- a',
      '1:1 : must have keys below it. It has connections, retention, database_size_limit, kommo_requests_per_second, alerts.',
    ],
    ['a tab', 'connections:\n\tacme: {}', '2:1 : YAML allows no tab here. Indent with spaces.'],
    [
      'a template without quotes',
      `${head}\n    reactions:\n      email_opened: { note: {{ subject }} }`,
      `6:30 ${acme}.reactions.email_opened.note: a text with {{ }} must stand in quotes. Write it as '{{ subject }}' or "{{ subject }}".`,
    ],
    [
      'a template without quotes, and words behind it',
      `${head}\n    reactions:\n      email_opened:\n        note: {{ subject }} was opened`,
      '7:29 : a text with {{ }} must stand in quotes. Write it as \'{{ subject }}\' or "{{ subject }}".',
    ],
    [
      'a variable in a list without quotes',
      head.replace('signing_key: sign', 'signing_key: [${A}, ${B}]'),
      '4:63 : between { } or [ ] a variable must stand in quotes. Write it as "${NAME}".',
    ],
    [
      'a colon in a text',
      `${head}\n    reactions:\n      email_opened:\n        note: Opened: it`,
      '7:15 : a second ": " in one line. Put a text that contains ": " in quotes.',
    ],
    [
      'a quote left open',
      `${head}\n    stages: "x`,
      '5:15 : a quote is not closed. Write the same quote at the end of the text.',
    ],
    [
      'a bracket left open',
      `${head}\n    stages: [\n`,
      '6:1 : a bracket is not closed, or a comma is missing. Look at the { } and [ ] here and above.',
    ],
    [
      'a key without a space',
      `${head}\n    retention:90d\n`,
      '5:5 : this is no key with a value. Write key: value, with a space behind the colon.',
    ],
    [
      'a key twice',
      `${head}\n    stages: []\n    stages: []`,
      `6:5 ${acme}.stages: the key "stages" stands here twice. The first one is in line 5. Remove one of them.`,
    ],
    [
      'a second document',
      `${head}\n---\n${head}`,
      '5:1 : a second document starts here. Remove the line "---".',
    ],
    [
      'a tag',
      `${head}\n    stages: !js []`,
      '5:13 : YAML tags (!name) are not supported. For a text that starts with "!", put it in quotes.',
    ],
    [
      'an alias of nothing',
      `${head}\n    stages: *x`,
      `5:13 ${acme}.stages: there is no &x above this alias. Write &x before it.`,
    ],
    [
      'a merge key',
      `${head}\n    <<: {}`,
      `5:5 ${acme}["<<"]: merge keys (<<) are not supported. Repeat a whole value with *name instead.`,
    ],
  ])('%s', (_what, text, line) => {
    expect(problemLines(load(text))).toContain(line);
    expect(load(text).ok).toBe(false);
  });
});

describe('keys', () => {
  test('an unknown key names the nearest, and is not said to be missing under its right name', () => {
    expect(wrong('stages:\n  - { pipeline: Sales, stage: Won, evnt: won }')).toEqual([
      `6:40 ${acme}.stages[0].evnt: unknown key "evnt". Did you mean "event"?`,
    ]);
  });

  test('an unknown key that resembles none lists those that exist', () => {
    expect(wrong('person: { xyz: 1 }')).toEqual([
      `5:15 ${acme}.person.xyz: unknown key "xyz". Known keys: identify_by, id_prefix, merge, when_email_removed, when_contact_deleted, contacts, deal, attributes.`,
    ]);
  });

  test('a missing key is shown at the key it belongs to', () => {
    expect(wrong('stages:\n  - { pipeline: Sales, stage: Won }')).toEqual([
      `6:9 ${acme}.stages[0].event: is missing.`,
    ]);
    expect(problemLines(load('connections:\n  acme:\n    kommo:\n      url: https://a.kommo.com\n'))).toEqual(
      [
        `2:3 ${acme}.customerio: is missing.`,
        `3:5 ${acme}.kommo.token: is missing.`,
        `3:5 ${acme}.kommo.webhook_secret: is missing.`,
      ],
    );
  });

  test('a connection signs in to Kommo in one way', () => {
    const both = head.replace('token: abc123', 'token: abc123, oauth: { client_id: a, client_secret: b }');
    expect(problemLines(load(both))).toEqual([
      expect.stringContaining('kommo.token: there is `oauth` already. Remove one of them'),
    ]);
    const incomplete = head.replace('token: abc123', 'oauth: { client_id: a }');
    expect(problemLines(load(incomplete))).toEqual([
      expect.stringContaining('kommo.oauth.client_secret: is missing'),
    ]);
  });

  test('a report by the name of its subscription is told the name it arrives under', () => {
    expect(wrong('reactions: { customer_subscription_preferences_changed: { note: x } }')).toEqual([
      `5:18 ${acme}.reactions.customer_subscription_preferences_changed: Customer.io has no report "customer_subscription_preferences_changed". Did you mean "customer_cio_subscription_preferences_changed"?`,
    ]);
  });

  test('a key without a value counts as left out, with a warning', () => {
    const result = load(fileWith('stages:\nreactions: { email_sent: { note: x } }'));
    expect(result.ok).toBe(true);
    expect(problemLines(result)).toEqual([
      `5:5 ${acme}.stages: there is nothing behind this key, so it counts as left out.`,
    ]);
  });

  test('a value of the wrong shape', () => {
    expect(wrong('stages: { pipeline: Sales }\nreactions: []\nperson: x')).toEqual([
      `5:13 ${acme}.stages: must be a list. Start each item with "- ".`,
      `6:16 ${acme}.reactions: must have keys below it.`,
      `7:13 ${acme}.person: must have keys below it. It has identify_by, id_prefix, merge, when_email_removed, when_contact_deleted, contacts, deal, attributes.`,
    ]);
  });

  test('a bad name of a connection', () => {
    expect(problemLines(load(head.replace('acme:', 'Acme Inc:')))).toContain(
      '2:3 connections["Acme Inc"]: "Acme Inc" cannot be the name of a connection. Use up to 63 small letters, digits, "-" and "_": it becomes part of the webhook URLs.',
    );
  });

  test('all mistakes are reported at once, in the order of the file', () => {
    const lines = wrong(`person: { contacts: one }
stages:
  - { pipeline: Sales, stage: Won, event: won, note: "{{ evnt }}" }
reactions:
  email_opend: { note: x }
inactivity:
  - { start: wom, after: five days, unless: email_opned, event: quiet }`);
    expect(lines).toEqual([
      `5:25 ${acme}.person.contacts: must be main or all.`,
      `7:58 ${acme}.stages[0].note: the text uses "evnt", which does not exist here. Did you mean "event"?`,
      `9:7 ${acme}.reactions.email_opend: Customer.io has no report "email_opend". Did you mean "email_opened"?`,
      `11:18 ${acme}.inactivity[0].start: no rule of stages sends the event "wom". Did you mean "won"?`,
      `11:30 ${acme}.inactivity[0].after: must be a duration. Write 5d, 36h, 90m or 30s, or in words: 4 hours, 2 days.`,
      `11:49 ${acme}.inactivity[0].unless: must be the name of a report. Did you mean "email_opened"?`,
    ]);
  });
});

describe('the account and the workspace', () => {
  test.each([
    ['acme.kommo.com', 'must be an origin that starts with https://'],
    ['http://acme.kommo.com', 'must start with https://'],
    ['https://www.kommo.com', 'is not the address of an account'],
    ['https://kommo.com/', 'is not the address of an account'],
    ['https://acme.kommo.com/leads', 'must be an origin only: no path, query or fragment'],
    ['https://me:pw@acme.kommo.com', 'must not contain a user name or password'],
  ])('kommo.url %s', (url, message) => {
    const [line] = problemLines(load(head.replace('"https://acme.kommo.com"', '"${U}"'), { U: url }));
    expect(line).toContain(`3:19 ${acme}.kommo.url: ${message}. `);
  });

  test.each([
    'https://acme.kommo.com/',
    'http://127.0.0.1:9101',
    'http://localhost:9101',
    'http://[::1]:9101',
  ])('kommo.url %s is good', (url) => {
    const result = load(head.replace('"https://acme.kommo.com"', `"${url}"`));
    expect(result.ok && result.config.connections[0]!.kommo.url).toBe(url.replace(/\/$/, ''));
  });

  test.each([
    [
      'token: abc123',
      'token: "a b"',
      'kommo.token: contains a space or another character that keys never contain. Copy it once more.',
    ],
    ['token: abc123', 'token: ""', 'kommo.token: is empty.'],
    [
      '0123456789abcdef',
      'short',
      'kommo.webhook_secret: is too short: at least 16 characters. Make one with `openssl rand -hex 16`.',
    ],
    [
      '0123456789abcdef',
      '"0123456789abcdef/.."',
      'kommo.webhook_secret: may contain letters, digits, "-" and "_" only. Make one with `openssl rand -hex 16`.',
    ],
    [
      'token: abc123',
      'token: abc123, requests_per_second: 8',
      'kommo.requests_per_second: must be a whole number from 1 to 7. Kommo accepts 7 requests a second, and blocks accounts that send more.',
    ],
    [
      'site_id: site',
      'site_id: site, region: eu1',
      'customerio.region: must be us or eu. Did you mean "eu"?',
    ],
    ['signing_key: sign', 'signing_key: []', 'customerio.signing_key: is empty.'],
    [
      'signing_key: sign',
      'signing_key: [a, [b]]',
      'customerio.signing_key[1]: must be a secret, not a list.',
    ],
    ['site_id: site', 'site_id: "a:b"', 'customerio.site_id: contains a character that keys never contain.'],
    [
      'api_key: key',
      'api_key: key, track_url: "http://10.0.0.1"',
      'customerio.track_url: must start with https://. http:// is for addresses of this machine only.',
    ],
  ])('%s → %s', (from, to, line) => {
    expect(problemLines(load(head.replace(from, to))).map((text) => text.replace(/^\S+ /, ''))).toEqual([
      `${acme}.${line}`,
    ]);
  });

  test.each([
    ['50', 'must be a size. Write 500MB, 50GB or 1.5TB.'],
    ['20MB', 'must be at least 100MB.'],
  ])('a limit of the database of %s', (limit, problem) => {
    expect(problemLines(load(`database_size_limit: ${limit}\n${head}`))).toEqual([
      `1:22 database_size_limit: ${problem}`,
    ]);
  });

  test('a common rate is at least one call a second', () => {
    expect(problemLines(load(`kommo_requests_per_second: 0\n${head}`))).toEqual([
      '1:28 kommo_requests_per_second: must be a whole number from 1 to 1000. It is the sum for all connections and processes.',
    ]);
  });

  test('retention is at least as long as reports are repeated', () => {
    expect(problemLines(load(`retention: 6d\n${head}`))).toEqual([
      '1:12 retention: must be from 7d to 3650d.',
    ]);
  });
});

describe('variables', () => {
  const text = (note: string) => `reactions: { email_sent: { note: '${note}' } }`;
  test.each([
    ['${A} ${B}', ['the variable B is not set. Set B in the environment.']],
    [
      '${A-x}',
      [
        'this is not a variable. Write ${NAME}, or ${NAME:-text} with a default (without braces in it). For a plain ${ write $${.',
      ],
    ],
    ['${__proto__}', ['the variable __proto__ is not set. Set __proto__ in the environment.']],
    ['${B:-{x}}', [expect.stringContaining('this is not a variable')]],
  ])('%s', (note, messages) => {
    const found = wrong(text(note), { A: 'a' }).map((line) => line.replace(/^.*?email_sent\.note: /, ''));
    expect(found).toEqual(messages);
  });

  test('are put together in one text; $${ stays', () => {
    const result = load(fileWith(text('${A}-${B:-b}-${C:-c}-$${A}')), { A: '${B}', C: '' });
    expect(result.ok && result.config.connections[0]!.reactions[0]!.note).toBe('${B}-b-c-${A}');
  });

  test('are put into values only', () => {
    expect(wrong('${A}: x', { A: 'stages' })).toEqual([
      `5:5 ${acme}["\${A}"]: variables are put into values only, not into keys.`,
    ]);
  });
});

describe('values and texts', () => {
  const value = (text: string) => wrong(`person:\n  attributes:\n    plan: ${text}`);
  test.each([
    [
      'deal.prise',
      '"deal.prise" does not exist. Did you mean "deal.price"? For a custom field write deal.field.prise.',
    ],
    [
      'deal',
      '"deal" is not a single value. It has id, name, price, stage, pipeline, tags, created_at, closed_at.',
    ],
    [
      'company.website',
      '"company.website" does not exist. There are company.id, company.name. For a custom field write company.field.website.',
    ],
    ['deal.field.', 'deal.field names no field. Write deal.field.<name or id of the field>.'],
    [
      'responsible_user.name',
      `"responsible_user.name" is not a value path. Did you mean "deal.responsible_user.name"? For a fixed text write '{{ "responsible_user.name" }}'.`,
    ],
    ['website', `"website" is not a value path. For a fixed text write '{{ "website" }}'.`],
    ['subject', '"subject" exists only in reactions. Only a report of Customer.io brings it.'],
    ['"{{ subject }}"', '"subject" exists only in reactions. Only a report of Customer.io brings it.'],
    [
      '12345678901234567890',
      `the number is too big to be kept exactly. For a fixed text write '{{ "12345678901234567890" }}'.`,
    ],
    ['"{{ deal.name | upcas }}"', 'Liquid has no filter "upcas". Did you mean "upcase"?'],
    [
      '"{{ deal.name"',
      'this is not valid Liquid: output "{{ deal.name" not closed. Look at the {{ }} and {% %} of the text.',
    ],
    ['"{% inclde %}"', 'Liquid has no tag "inclde" here.'],
    ['"{% include \'x\' %}"', 'Liquid has no tag "include" here.'],
    [
      '"{{ contact.frist_name }}"',
      '"contact.frist_name" does not exist. Did you mean "contact.first_name"? For a custom field write contact.field.frist_name.',
    ],
  ])('%s', (text, message) => {
    expect(value(text)).toEqual([`7:15 ${acme}.person.attributes.plan: ${message}`]);
  });

  test('names of a text itself, conditions and parts of values are no mistakes', () => {
    const texts = [
      '{% for tag in deal.tags %}{{ tag }}{{ forloop.index }}{% endfor %}',
      '{% assign a = "Plan" %}{{ deal.field[a] }}',
      '{% if contact %}{{ deal.tags.size }} {{ deal.tags[0] }}{% endif %}',
      '{% raw %}{{ anything }}{% endraw %}',
    ];
    const file = (text: string) => fileWith(`${STAGE}person: { attributes: { plan: '${text}' } }`);
    expect(texts.flatMap((text) => problemLines(load(file(text))))).toEqual([]);
  });
});

describe('rules that make no sense together', () => {
  test('a second rule for one stage, and a second clock of one event', () => {
    expect(
      wrong(`${STAGE}  - { pipeline: sales, stage: won , event: other }
inactivity:
  - { start: won, after: 1d, unless: email_opened, event: a }
  - { start: won, after: 2d, unless: email_opened, event: b }`),
    ).toEqual([
      `7:9 ${acme}.stages[1]: the stage has a rule already, in line 6. A stage sends one event. Remove one of the rules.`,
      `10:18 ${acme}.inactivity[1].start: "won" starts a clock already, in line 9. An event starts one clock. Remove one of the rules.`,
    ]);
  });

  test('attributes that are the identity of the person', () => {
    expect(wrong('person: { attributes: { email: contact.email, cio_id: deal.id } }')).toEqual([
      `5:29 ${acme}.person.attributes.email: the email is always sent. Remove this line.`,
      `5:51 ${acme}.person.attributes.cio_id: "cio_id" has a meaning of its own in Customer.io. Choose another name.`,
    ]);
  });

  test('names that are longer than Customer.io takes, in bytes', () => {
    const long = 'é'.repeat(76);
    expect(wrong(`person: { attributes: { ${long}: deal.id } }`)[0]).toContain(
      'the name is too long: 152 bytes, and Customer.io takes 150.',
    );
    expect(wrong(`stages: [{ pipeline: S, stage: W, event: ${long} }]`)[0]).toContain(
      'is too long: 152 bytes, and Customer.io takes 100.',
    );
  });

  test('what works, but hardly as it was meant, is a warning', () => {
    const result = load(
      fileWith(`stages:
  - { pipeline: Sales, stage: Won, event: won, data: { recipient: contact.email } }
reactions:
  email_sent: {}
  email_bounced: { note: x, machine_opens: count }
  customer_subscribed: { note: x, repeat: first, field: { price: deal.price, link: '{{ preferences_url }}' } }`),
    );
    expect(result.ok).toBe(true);
    expect(problemLines(result)).toEqual([
      `6:60 ${acme}.stages[0].data.recipient: "recipient" changes where Customer.io sends emails, so it is sent as "_recipient". Choose another name.`,
      `8:7 ${acme}.reactions.email_sent: this reaction does nothing.`,
      `9:33 ${acme}.reactions.email_bounced.machine_opens: only opens and clicks can be a machine's, so this changes nothing.`,
      `10:39 ${acme}.reactions.customer_subscribed.repeat: this report is not about a message, so every one counts.`,
      `10:70 ${acme}.reactions.customer_subscribed.field.price: this sets the field to the word "deal.price". For the value write '{{ deal.price }}'.`,
      `10:88 ${acme}.reactions.customer_subscribed.field.link: only notes and tasks have preferences_url, which is empty here.`,
    ]);
    expect(wrong('')).toEqual([
      `2:3 ${acme}: this connection has neither stages nor reactions, so it does nothing.`,
    ]);
  });
});

test('a prefix of contact ids where people are identified by email is a warning', () => {
  const stage = '\nstages: [{ pipeline: Sales, stage: Won, event: won }]';
  const line = `5:15 ${acme}.person.id_prefix: people are identified by email, so this prefix changes nothing. Set identify_by to contact_id to use it, or remove the prefix.`;
  expect(wrong(`person: { id_prefix: kommo- }${stage}`)).toEqual([line]);
  expect(wrong(`person: { id_prefix: '', identify_by: email }${stage}`)).toEqual([]);
  expect(wrong(`person: { id_prefix: kommo-, identify_by: contact_id }${stage}`)).toEqual([]);
});

test('times of the day are two', () => {
  const hint = 'must be two times of the day. Write 21:00-08:00, or off.';
  const lines = wrong(`quiet_hours: night
stages:
  - { pipeline: Sales, stage: Won, event: won, quiet_hours: 08:00-08:00, delay: 9d }`);
  expect(lines).toEqual([
    `5:18 ${acme}.quiet_hours: ${hint}`,
    `7:65 ${acme}.stages[0].quiet_hours: ${hint}`,
    `7:85 ${acme}.stages[0].delay: must be from 1s to 5d.`,
  ]);
});

test('each mistake of a condition has its line', () => {
  const lines = wrong(`stages:
  - pipeline: Sales
    stage: Won
    event: won
    if:
      - { value: deal.prise, at_least: 5 }
      - { value: deal.price, at_least: much }
      - { value: deal.price }
      - { value: deal.price, equal: 5 }
      - any: []
      - not: { value: '{{ deal.price }}', equals: 5 }
      - { value: deal.tags, empty: maybe }`);
  expect(lines).toEqual([
    `10:22 ${acme}.stages[0].if[0].value: "deal.prise" does not exist. Did you mean "deal.price"? For a custom field write deal.field.prise.`,
    `11:44 ${acme}.stages[0].if[1].at_least: must be a number or a day. Write 1000, or 2026-01-31.`,
    `12:13 ${acme}.stages[0].if[2]: says nothing about the value. Add one of equals, one_of, contains, at_least, at_most, empty.`,
    `13:41 ${acme}.stages[0].if[3].equal: unknown key "equal". Did you mean "equals"?`,
    `14:18 ${acme}.stages[0].if[4].any: is empty. Write { value: deal.field.Plan, equals: Pro }.`,
    `15:27 ${acme}.stages[0].if[5].not.value: must be a value path, not a Liquid text. Write deal.field.Plan, for example.`,
    `16:40 ${acme}.stages[0].if[6].empty: must be yes or no.`,
  ]);
});

test('each report of a list that stops a timer has its line', () => {
  const lines = wrong(`stages:
  - { pipeline: Sales, stage: Won, event: won }
inactivity:
  - start: won
    after: 5d
    unless: [email_opened, any_engagment]
    stop_when: [left_stage]
    event: quiet`);
  expect(lines).toEqual([
    `10:32 ${acme}.inactivity[0].unless[1]: must be the name of a report. Did you mean "any_engagement"?`,
    `11:21 ${acme}.inactivity[0].stop_when[0]: must be won or lost or stage_left or unsubscribed or bounced.`,
  ]);
});

test.each([
  ['won lost', '[won, lost]'],
  ['won, lost', '[won, lost]'],
  ['won or lost', '[won, lost]'],
  ['won', '[won]'],
])('a list written as the text "%s" is answered with the list', (text, written) => {
  const lines = `${STAGE}inactivity:
  - { start: won, after: 5d, unless: email_opened, event: quiet, stop_when: "${text}" }`;
  expect(wrong(lines)).toEqual([`8:81 ${acme}.inactivity[0].stop_when: must be a list. Write ${written}.`]);
});

describe('tags', () => {
  const reaction = (tags: string) => `reactions: { email_clicked: { tags: ${tags} } }`;
  const at = `${acme}.reactions.email_clicked.tags`;
  test.each([
    ['{ add: [] }', `5:48 ${at}.add: is empty.`],
    ['{ add: engaged }', `5:48 ${at}.add: must be a list. Write [engaged].`],
    ['{ add: hot lead }', `5:48 ${at}.add: must be a list. Write [hot lead].`],
    ['{ add: [""] }', `5:49 ${at}.add[0]: is empty.`],
    ['{ ad: [engaged] }', `5:43 ${at}.ad: unknown key "ad". Did you mean "add"?`],
    ['{}', `5:35 ${at}: names no tag. Write { add: [a tag] }, { remove: [a tag] } or both.`],
    [
      '{ add: [Warm], remove: [cold, warm ] }',
      `5:71 ${at}.remove[1]: the tag "warm" is both added and removed. Remove one of the two.`,
    ],
    [
      '{ add: ["{{ subjet }}"] }',
      `5:49 ${at}.add[0]: the text uses "subjet", which does not exist here. Did you mean "subject"?`,
    ],
  ])('of a reaction: %s', (tags, line) => {
    expect(wrong(reaction(tags))).toContain(line);
  });

  test('of a stage cannot use what only a report brings', () => {
    const lines = `stages: [{ pipeline: Sales, stage: Won, event: won, tags: { remove: ['{{ subject }}'] } }]`;
    expect(wrong(lines)).toEqual([
      `5:74 ${acme}.stages[0].tags.remove[0]: "subject" exists only in reactions. Only a report of Customer.io brings it.`,
    ]);
  });
});

describe('bulk_guard', () => {
  test.each([
    [
      'on',
      `5:17 ${acme}.bulk_guard: must be off, or have keys below it. It has deals, within. Remove it for the usual limit.`,
    ],
    [
      '{ deals: 0 }',
      `5:26 ${acme}.bulk_guard.deals: must be a whole number from 1 to 100000. Write bulk_guard: off to send whatever comes.`,
    ],
  ])('%s', (guard, message) => {
    expect(wrong(`bulk_guard: ${guard}`)).toEqual([message]);
  });
});
