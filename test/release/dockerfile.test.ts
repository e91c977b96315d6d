import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommand, parseDockerfile, parsePairs } from './dockerfile.ts';
import { contextFiles } from './dockerignore.ts';

const ROOT = join(import.meta.dirname, '../..');
const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const image = stages.at(-1)!.instructions;
const textsOf = (name: string) => image.filter((step) => step.name === name).map(({ text }) => text);

describe('a Dockerfile', () => {
  it('is read into stages with their instructions, flags and continued lines', () => {
    const text =
      '# note\nFROM node:24 AS build\nRUN a && \\\n# between\n    b\nFROM node:24\nCOPY --from=build --chown=1:2 /a /b\n';
    expect(parseDockerfile(text)).toEqual([
      { name: 'build', instructions: [{ name: 'RUN', flags: {}, text: 'a && b' }] },
      { name: '1', instructions: [{ name: 'COPY', flags: { from: 'build', chown: '1:2' }, text: '/a /b' }] },
    ]);
  });

  it('has pairs and commands in several forms', () => {
    expect(parsePairs('A=1 B="two words" c.d=/x')).toEqual({ A: '1', B: 'two words', 'c.d': '/x' });
    expect(parseCommand('["a", "b c"]')).toEqual(['a', 'b c']);
    expect(parseCommand('a "b c"')).toEqual(['/bin/sh', '-c', 'a "b c"']);
  });
});

describe('the Dockerfile', () => {
  it('runs as a user who is not root, given by number', () => {
    expect(textsOf('USER')).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
  });

  it('writes nothing outside of /data and /tmp', () => {
    const env = parsePairs(textsOf('ENV').join(' '));
    expect(env).toMatchObject({
      STAGEPOST_DATA: '/data',
      XDG_CACHE_HOME: '/data/cache',
      XDG_STATE_HOME: '/data/state',
    });
    expect(textsOf('VOLUME')).toEqual(['/data']);
  });

  it('runs no command in the final stage, which an image for another processor would have to emulate', () => {
    expect(textsOf('RUN')).toEqual([]);
  });
});

describe('the build context', () => {
  it('has what the last matching pattern lets in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stagepost-context-'));
    const files = [
      'a.env',
      'src/b.ts',
      'src/c.env',
      'src/d/e.test.ts',
      'src/node_modules/f',
      'stagepost.yaml',
    ];
    for (const file of files) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    expect(contextFiles(folder, '# all\n*\n!src\n**/*.env\n**/*.test.ts\n')).toEqual(['src/b.ts']);
    rmSync(folder, { recursive: true });
  });

  it('has no secret, rules, database or tests of this machine', () => {
    const patterns = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(patterns.find((line) => !line.startsWith('#'))).toBe('*');
    expect(patterns).toContain('**/*.env');
    expect(patterns.filter((line) => /^!(stagepost|data|secrets|test)\b/.test(line))).toEqual([]);
  });
});
