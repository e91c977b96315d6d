import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = join(import.meta.dirname, '../../console/src');

/** Pure, with tests of its own, and the same for the command and the console. */
const SHARED = /src\/commands\/replay-run\.ts$/;

it('of the server the console takes types only, and the replay that the command runs too', () => {
  const broken = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(SOURCES, file), 'utf8');
      return [...text.matchAll(/^(?:import|export) (?!type\b)[^;]*? from '([^']*\/src\/[^']+)'/gm)]
        .filter(([, target]) => !SHARED.test(target!))
        .map(([, target]) => `${file} imports ${target}`);
    });
  expect(broken).toEqual([]);
});
