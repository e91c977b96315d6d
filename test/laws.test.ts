import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

interface Import {
  file: string;
  /** Path from the root for our own files, the package's name for others. */
  target: string;
}

/** Every import of every source file, tests left out. */
function importsUnder(folder: string): Import[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .flatMap((name) => {
      const file = join(folder, name);
      const text = readFileSync(join(ROOT, file), 'utf8');
      return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => {
        const target = match[1]!;
        return {
          file,
          target: target.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), target)) : target,
        };
      });
    });
}

const broken = (imports: Import[], isForbidden: (target: string) => boolean) =>
  imports.filter(({ target }) => isForbidden(target)).map(({ file, target }) => `${file} imports ${target}`);

it('rules/ decides and does no I/O: it imports nothing but itself and Liquid', () => {
  const isOther = (target: string) => !target.startsWith('src/rules/') && target !== 'liquidjs';
  expect(broken(importsUnder('src/rules'), isOther)).toEqual([]);
});

it.each(['kommo', 'customerio'])('%s/ knows nobody but rules/', (room) => {
  const isOther = (target: string) =>
    target.startsWith('src/') && !target.startsWith(`src/${room}/`) && !target.startsWith('src/rules/');
  expect(broken(importsUnder(`src/${room}`), isOther)).toEqual([]);
});

it('store/ knows nobody but rules/', () => {
  const isOther = (target: string) =>
    target.startsWith('src/') && !target.startsWith('src/store/') && !target.startsWith('src/rules/');
  expect(broken(importsUnder('src/store'), isOther)).toEqual([]);
});

it('config/ knows nobody but rules/', () => {
  const isOther = (target: string) =>
    target.startsWith('src/') && !target.startsWith('src/config/') && !target.startsWith('src/rules/');
  expect(broken(importsUnder('src/config'), isOther)).toEqual([]);
});

it('flow/ and http/ do not know the configuration file nor each other', () => {
  expect(
    broken(importsUnder('src/flow'), (target) => /^src\/(config|http|doctor|commands)\//.test(target)),
  ).toEqual([]);
  expect(
    broken(importsUnder('src/http'), (target) =>
      /^src\/(config|flow|doctor|commands|kommo|customerio)\//.test(target),
    ),
  ).toEqual([]);
});

it('doctor/ looks at both sides and knows neither the flow nor the server', () => {
  expect(broken(importsUnder('src/doctor'), (target) => /^src\/(flow|http|commands)\//.test(target))).toEqual(
    [],
  );
});

it('only app.ts, cli.ts and its commands import app.ts or the commands', () => {
  const isAllowed = (file: string) => file.startsWith('src/commands/') || file === 'src/cli.ts';
  const imports = importsUnder('src').filter(({ file }) => !isAllowed(file));
  expect(broken(imports, (target) => target === 'src/app.ts' || target.startsWith('src/commands/'))).toEqual(
    [],
  );
});

it('the simulators share no code with what they test', () => {
  expect(broken(importsUnder('simulators'), (target) => target.startsWith('src/'))).toEqual([]);
});

it('what runs in production imports simulators in the demo only', () => {
  const imports = importsUnder('src').filter(({ file }) => !file.startsWith('src/commands/demo'));
  expect(broken(imports, (target) => target.startsWith('simulators/'))).toEqual([]);
});
