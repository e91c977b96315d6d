import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** All documentation, as paths from the root. */
export const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'simulators/README.md',
  'test/README.md',
].concat(globSync('docs/**/*.md', { cwd: ROOT }).sort());

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The text in one line, so that a sentence is found whatever its line breaks. */
export function flatTextOf(path: string): string {
  return textOf(path).replace(/\s+/g, ' ');
}

/** The page without its fenced blocks. */
function prose(text: string): string {
  return text.replace(/^( *)```.*?^\1```$/gms, '');
}

/** The lines of all fenced blocks. */
export function blockLines(path: string): string[] {
  return [...textOf(path).matchAll(/^ *```[^\n]*\n(.*?)^ *```$/gms)].flatMap((block) =>
    block[1]!.split('\n'),
  );
}

/** The texts in `backticks` outside of fenced blocks. */
export function codeSpans(path: string): string[] {
  return [...prose(textOf(path)).matchAll(/`([^`\n]+)`/g)].map((span) => span[1]!);
}

/** Links and images that lead to a file or heading of this repository. */
export function localLinks(path: string): { target: string; file: string; anchor: string | null }[] {
  const targets = [...prose(textOf(path)).matchAll(/\]\(([^)\s]+)\)/g)].map((link) => link[1]!);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = null] = target.split('#');
      const absolute = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file);
      return { target, file: relative(ROOT, normalize(absolute)), anchor };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors(path: string): Set<string> {
  const headings = [...prose(textOf(path)).matchAll(/^#{1,6} (.+)$/gm)].map((heading) => heading[1]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

export function exists(path: string): boolean {
  return existsSync(join(ROOT, path));
}
