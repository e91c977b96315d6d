import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTrace } from '../trace/render.ts';
import { createColors } from './colors.ts';
import { printable, writeFileText } from './output.ts';

const HOSTILE = 'Hi\x1b]0;OWNED\x07\x1b[2J\x1b[31mFAKE: run rm -rf\x1b[0m\u202e';

describe('a printed text', () => {
  it('shows escape sequences of strangers, their colours included', () => {
    expect(printable(HOSTILE)).toBe(
      'Hi\\u001b]0;OWNED\\u0007\\u001b[2J\\u001b[31mFAKE: run rm -rf\\u001b[0m\\u202e',
    );
  });

  it('has the colours of Stagepost', () => {
    const colors = createColors(true);
    expect(printable(colors.bold(colors.red('x\x1b[32m')))).toBe(
      '\x1b[1m\x1b[31mx\\u001b[32m\x1b[39m\x1b[22m',
    );
  });

  it('that is JSON keeps its meaning', () => {
    const value = { subject: `${HOSTILE}\x9b` };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });
});

it('a trace shows a subject with line ends on one line', () => {
  const text = printable(
    renderTrace(
      'ann@acme.example',
      {
        connection: 'acme',
        persons: [{ person: `ann\n${HOSTILE}`, email: null, deal_id: null }],
        watches: [],
        events: [
          {
            event: {
              created_at: 0,
              payload: {},
              kind: 'x',
              state: 'ignored',
              reason: HOSTILE,
              warnings: ['a\rb'],
            },
            reports: [],
            actions: [],
          },
        ],
        pipelines: [],
      } as never,
      0,
    ),
  );
  expect(text).toContain('person ann\\u000aHi\\u001b');
  expect(stripVTControlCharacters(text)).not.toMatch(/[^\P{Cc}\n]/u);
});

it('a file is written byte by byte into a pipe, and escaped on a terminal', () => {
  const written: string[] = [];
  const screen = { write: (text: string) => written.push(text) };
  writeFileText(screen, 'a\x1b');
  writeFileText({ ...screen, isTTY: true }, 'a\x1b');
  expect(written).toEqual(['a\x1b', 'a\\u001b']);
});

it('every command prints through output.ts', () => {
  const source = join(import.meta.dirname, '../..');
  const others = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter((file) => !['commands/terminal/output.ts', 'commands/terminal/colors.ts'].includes(file))
    .filter((file) => {
      const code = readFileSync(join(source, file), 'utf8').replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '');
      return /console\.\w+\(|process\.std(out|err)\.write\(|from 'picocolors'/.test(code);
    });
  expect(others, 'use print, printError or printJson of commands/terminal/output.ts').toEqual([]);
});
