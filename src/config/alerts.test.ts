import { expect, it } from 'vitest';
import { fileWith, load, problemLines } from '../../test/support/config-fixtures.ts';

const RECEIVERS = `
alerts:
  limits: { dead_letters: 20 }
  receivers:
    - { name: pager, kind: webhook, target_url: "https://hooks.example.com/a", signing_secret: 0123456789abcdef, levels: [broken] }
    - { name: team, kind: slack, target_url: "\${SLACK_URL}", connections: [acme], about: [health, opt_outs] }
    - { name: office, kind: mail, smtp_url: "smtps://a:b@smtp.example.com", from: Stagepost <s@example.com>, to: [ops@example.com] }
    - { name: sales, kind: kommo_task, user: Maria Lopez }
`;
const ENV = { SLACK_URL: 'https://hooks.slack.com/services/T0/B0/key' };

it('reads a receiver of each kind, with its defaults', () => {
  const result = load(fileWith('') + RECEIVERS, ENV);
  if (!result.ok) throw new Error(problemLines(result).join('\n'));
  const { receivers, limits } = result.config.alerts;
  expect(limits).toEqual({ deadLetters: 20, backlog: 10_000 });
  expect(
    receivers.map(({ name, kind, levels, topics, connections }) => [
      name,
      kind,
      levels.length,
      topics.length,
      connections,
    ]),
  ).toEqual([
    ['pager', 'webhook', 1, 5, null],
    ['team', 'slack', 3, 2, ['acme']],
    ['office', 'mail', 3, 5, null],
    ['sales', 'kommo_task', 3, 5, null],
  ]);
  expect(receivers[3]).toMatchObject({ user: 'Maria Lopez', connection: 'acme' });
  expect(JSON.stringify(receivers)).not.toMatch(/hooks.slack.com|a:b@/);
});

it('tells nobody where there is no alerts key', () => {
  const result = load(fileWith(''));
  expect(result.ok && result.config.alerts).toEqual({
    receivers: [],
    limits: { deadLetters: 100, backlog: 10_000 },
  });
});

it('names every mistake with its place and what to write', () => {
  const text = `${fileWith('')}alerts:
  receivers:
    - { name: ops, kind: slak, target_url: ftp://x, level: [broken] }
    - { name: ops, kind: webhook, target_url: "https://a.example/b", user: Ann }
    - { name: Office!, kind: mail, smtp_url: "smtp://h", to: [ops], from: s@example.com }
    - { name: sales, kind: kommo_task, user: Ann, about: [healthy] }
`;
  expect(problemLines(load(text))).toEqual([
    '8:26 alerts.receivers[0].kind: must be webhook or slack or mail or kommo_task. Did you mean "slack"?',
    '8:44 alerts.receivers[0].target_url: must be an address that starts with https:// or http://. Write it as https://hooks.example.com/stagepost.',
    '8:53 alerts.receivers[0].level: unknown key "level". Did you mean "levels"?',
    '9:7 alerts.receivers[1].signing_secret: is missing: a receiver of the kind webhook needs it.',
    '9:15 alerts.receivers[1].name: "ops" is a receiver already, in line 8. Give each receiver a name of its own.',
    '9:70 alerts.receivers[1].user: a receiver of the kind webhook has no "user". It has target_url, signing_secret.',
    '10:15 alerts.receivers[2].name: "Office!" cannot be the name of a receiver. Use up to 63 small letters, digits, "-" and "_".',
    '10:63 alerts.receivers[2].to[0]: must be a mail address. Write it as name@example.com, or as Name <name@example.com>.',
    '11:59 alerts.receivers[3].about[0]: must be health or dead_letters or backlog or opt_outs or gaps. Did you mean "health"?',
  ]);
});

it('warns of a connection that only the database can have', () => {
  const receiver = (name: string) => `{ name: ops, kind: kommo_task, user: Ann, connection: ${name} }`;
  const wrong = (name: string) =>
    problemLines(load(`${fileWith('')}alerts:\n  receivers:\n    - ${receiver(name)}\n`));
  expect(wrong('acmee')).toContain(
    '8:61 alerts.receivers[0].connection: this file has no connection "acmee". Did you mean "acme"?',
  );
  expect(wrong('northwind')).toContain(
    '8:61 alerts.receivers[0].connection: this file has no connection "northwind". This is right only if the database has it.',
  );
});

it('asks for the connection of a task where the file has none', () => {
  const text = 'alerts:\n  receivers:\n    - { name: sales, kind: kommo_task, user: Ann }\n';
  expect(problemLines(load(text))).toEqual([
    expect.stringContaining('alerts.receivers[0].connection: is missing: this file has none.'),
  ]);
});

it('asks for the connection of a task where there are several', () => {
  const two = fileWith('').replace(/ {2}acme:[\s\S]*/, (acme) => acme + acme.replace('acme:', 'beta:'));
  const text = `${two}alerts:\n  receivers:\n    - { name: sales, kind: kommo_task, user: Ann }\n`;
  expect(problemLines(load(text))).toEqual([
    expect.stringContaining(
      'alerts.receivers[0].connection: is missing: this file has more than one. Write the connection whose Kommo account gets the task: acme, beta.',
    ),
  ]);
});

it('shows no secret of a receiver in an error', () => {
  const text = `${fileWith('')}alerts:
  receivers:
    - { name: team, kind: slack, target_url: "hooks.slack.com/services/T0/key" }
    - { name: pager, kind: webhook, target_url: "https://h.example/x", signing_secret: short-one }
`;
  const lines = problemLines(load(text)).join('\n');
  expect(lines).toContain('must be an address that starts with');
  expect(lines).toContain('is too short: at least 16 characters');
  expect(lines).not.toMatch(/services\/T0|short-one/);
});
