import { createRequire } from 'node:module';

/**
 * The path of the Node that was installed with this package. Its packages, one for each platform, are optional
 * dependencies, so that package-lock.json pins each by its hash and no install script downloads anything.
 * @returns {string | null} null where there is none for this platform, or it was not installed
 */
export function installedRuntime(platform = process.platform, arch = process.arch) {
  const isWindows = platform === 'win32';
  const file = `node-${isWindows ? 'win' : platform}-${arch}/bin/node${isWindows ? '.exe' : ''}`;
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    return null;
  }
}
