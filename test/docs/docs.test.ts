/** The documentation names files, links, commands, routes, metrics and messages that exist. */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FAILURE_CLASSES } from '../../src/domain/errors.ts';
import { adviceFor } from '../../src/failures/advice.ts';
import { routes } from '../../src/http/api/route-list.ts';
import { callIn, leafCommands, readProgram } from './commands.ts';
import {
  anchors,
  blockLines,
  codeSpans,
  exists,
  flatTextOf,
  localLinks,
  PAGES,
  ROOT,
  textOf,
} from './markdown.ts';
import { allRoutes, withRouteTable } from './route-table.ts';
import { productionSource } from './source.ts';

const ROOMS = /^(src|test|console|simulators|bench|torture|examples|docs|bin|deploy|tools)\//;
/** Made by a build or a run. */
const GENERATED = ['console/dist', 'bench/results/'];
const program = await readProgram();
const commands = leafCommands(program);
/** Options that every command has. */
const general = new Set(['--help', ...program.options.map(({ long }) => long!)]);
const source = productionSource();

describe.each(PAGES)('%s', (page) => {
  test('has links that lead to a file and a heading', () => {
    const broken = localLinks(page).filter(
      ({ file, anchor }) => !exists(file) || (anchor !== null && !anchors(file).has(anchor)),
    );
    expect(broken).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const paths = codeSpans(page).filter((span) => ROOMS.test(span) && !/[\s<{]/.test(span));
    const isThere = (path: string) => globSync([path, join(dirname(page), path)], { cwd: ROOT }).length > 0;
    expect(paths.filter((path) => !GENERATED.includes(path) && !isThere(path))).toEqual([]);
  });

  test('names commands and options of the program', () => {
    const calls = [...codeSpans(page), ...blockLines(page)].map(callIn).filter((call) => call !== null);
    const wrong = calls.filter(({ words: [command = '', subcommand = ''], options }) => {
      if (command === 'listening') return false;
      const known = commands.get(command) ?? commands.get(`${command} ${subcommand}`);
      return !known || options.some((option) => !general.has(option) && !known.has(option));
    });
    expect(wrong).toEqual([]);
  });

  test('names metrics that are measured', () => {
    const names = textOf(page).match(/\bstagepost_[a-z_]+[a-z]/g) ?? [];
    const measured = names.map((name) => name.replace(/_count$/, ''));
    expect(measured.filter((name) => !/_(process|nodejs)$/.test(name) && !source.includes(name))).toEqual([]);
  });

  test('names environment variables that are read', () => {
    const names = textOf(page).match(/\bSTAGEPOST_[A-Z_]+/g) ?? [];
    const code = `${source}${globSync(['bench/**/*.ts', 'test/**/*.ts', 'console/*.ts'], { cwd: ROOT }).map(textOf).join('')}`;
    // Of the examples: a token of the reader's.
    expect(names.filter((name) => name !== 'STAGEPOST_TOKEN' && !code.includes(name))).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  test('names source files by a name that exists', () => {
    const files = globSync(
      ['{src,test,console,simulators,torture}/**/*.{ts,tsx}', '*.{ts,cjs}', '.dependency-cruiser.cjs'],
      { cwd: ROOT },
    );
    const names = codeSpans('CONTRIBUTING.md').filter((span) => /^[\w./-]+\.(ts|tsx|cjs)$/.test(span));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)))).toEqual([]);
  });

  test('has every room of src/ in its table', () => {
    const rooms = globSync('src/*/', { cwd: ROOT }).map((folder) => `\`${folder.replace(/\/?$/, '/')}\``);
    const text = textOf('CONTRIBUTING.md');
    expect(rooms.filter((room) => !text.includes(`| ${room} |`))).toEqual([]);
  });
});

describe('docs/setup.md', () => {
  test('has calls that the test of commands reads', () => {
    const calls = [...codeSpans('docs/setup.md'), ...blockLines('docs/setup.md')].map(callIn);
    expect(calls).toContainEqual({ words: ['doctor'], options: ['--fix', '--public-url'] });
  });
});

describe('docs/operations.md', () => {
  test('has every command with every option of its own', () => {
    const text = textOf('docs/operations.md');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const shared = text.slice(text.indexOf('`failures`, `replay` and `discard` also take'));
    const missing = [...commands].flatMap(([name, options]) => {
      const row = rows.find((line) => line.startsWith(`| \`${name} `) || line.startsWith(`| \`${name}\``));
      if (!row) return [name];
      return [...options].filter((option) => !row.includes(option) && !shared.includes(option));
    });
    expect(missing).toEqual([]);
  });
});

describe('docs/api.md', () => {
  test('has the paths of all routes and no others', () => {
    const pathOf = ({ path }: { path: string }) => path.replace(/:(\w+)/g, '{$1}');
    const paths = Object.values(routes).map(pathOf);
    const known = allRoutes.map(pathOf);
    const named: string[] = textOf('docs/api.md').match(/(?<!\w)\/api\/[\w/{}.-]+/g) ?? [];
    expect(named.filter((path) => !known.includes(path))).toEqual([]);
    // The routes of one user or token are those of the list.
    const listOf = (path: string) => path.replace(/\/\{id\}.*$/, '');
    expect(paths.filter((path) => !named.includes(path) && !named.includes(listOf(path)))).toEqual([]);
  });

  test('has the table of routes as the routes say it (npm run docs)', () => {
    const page = textOf('docs/api.md');
    expect(page).toBe(withRouteTable(page));
  });
});

describe('docs/failures.md', () => {
  test('quotes messages as they are logged and stored', () => {
    const quotes = [
      ...textOf('docs/failures.md').matchAll(/(?:[Ll]og: |Trace: |in the inbox: )`([^`]+)`/g),
    ].map((quote) => quote[1]!);
    expect(quotes.length).toBeGreaterThan(8);
    // The status in brackets is put in by code that knows several.
    expect(quotes.filter((quote) => !source.includes(quote.replace(/ \(\d+\)\.$/, '')))).toEqual([]);
  });

  test('has every class of failures', () => {
    const text = textOf('docs/failures.md');
    expect(FAILURE_CLASSES.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });
});

describe('docs/dead-letters.md', () => {
  const text = flatTextOf('docs/dead-letters.md');

  test('shows the advice that the program gives', () => {
    const cases = [
      { lane: 'kommo', failure: 'permanent', code: 'text_too_long' },
      { lane: 'customerio', failure: 'permanent', code: null },
    ] as const;
    const advice = cases.map((failure) => adviceFor({ ...failure, removed: false }).todo);
    expect(advice.filter((todo) => !text.includes(todo))).toEqual([]);
  });

  test.each([
    'Not sent because of it: ',
    'Not sent: the action before it failed.',
    'is paused until somebody acts',
    'because live work goes first',
    'and the actions that depend on them? They can never be replayed.',
    'The trace keeps the reason and the error message.',
  ])('shows "%s" as the program prints it', (message) => {
    expect(text).toContain(message);
    expect(source).toContain(message);
  });
});

test.each(['docs/setup.md', 'docs/console.md'])('%s shows the first sign-in as it is printed', (page) => {
  const message = 'First sign-in, once, with a name and password of your choice: ';
  expect(textOf(page)).toContain(message);
  expect(source).toContain(message);
});
