import { readdirSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';

/**
 * The files of a folder that `.dockerignore` lets into the build context: the last pattern that matches a path or one of its
 * folders decides (https://docs.docker.com/build/concepts/context/#dockerignore-files).
 * @returns paths below `folder`
 */
export function contextFiles(folder: string, dockerignore: string): string[] {
  const patterns = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isException: line.startsWith('!'), pattern: line.replace(/^!/, '') }));

  const isIncluded = (path: string) => {
    const ancestors = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    const last = patterns.findLast(({ pattern }) => ancestors.some((part) => matchesGlob(part, pattern)));
    return last?.isException ?? true;
  };
  const walk = (path: string): string[] =>
    readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      // No exception of ours re-includes anything below these, and they have most of the files.
      if (entry.name === 'node_modules' || entry.name === '.git') return [];
      if (entry.isDirectory()) return walk(child);
      return isIncluded(child) ? [child] : [];
    });
  return walk('');
}
