import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/*
 * V8's compile cache is code that Node runs without checking it. By default Node keeps it in a folder of a common name in
 * the folder for temporary files, and takes one that another user of the machine has made.
 */

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Halves what a start spends on loading code, and so the time in which nobody takes a webhook. Without a folder that only
 * this user can write, there is no cache. NODE_COMPILE_CACHE, which Node reads itself, wins.
 */
export function enableCompileCache(env = process.env) {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return;
  const folder = privateCacheFolder(env);
  if (folder !== null) module.enableCompileCache(folder);
}

/**
 * `$XDG_CACHE_HOME/stagepost` or `~/.cache/stagepost`, created with mode 0700.
 * @param {{ XDG_CACHE_HOME?: string | undefined }} env
 * @param {number | undefined} uid
 * @returns {string | null} null where another user could write to it, or it cannot be created
 */
export function privateCacheFolder(env, uid = process.getuid?.()) {
  // Windows has no user ids, and its folders of this kind are the user's own.
  const isOwn = (folder, parents) => uid === undefined || isSafe(folder, uid, parents);
  try {
    const home =
      env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(homedir(), '.cache');
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const folder = join(realpathSync(home), 'stagepost');
    if (!isOwn(dirname(folder), 'parents')) return null;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOwn(folder) ? folder : null;
  } catch {
    return null;
  }
}

/**
 * Whether nobody but this user and root can put anything at this path. Of the folder's parents, one that everybody may
 * write is safe if it is sticky, as /tmp is: what is in it can be renamed by its owner only.
 */
function isSafe(folder, uid, parents) {
  const { mode, uid: owner } = lstatSync(folder);
  const isFolder = lstatSync(folder).isDirectory();
  const isTrusted = owner === uid || (parents === 'parents' && owner === 0);
  const isClosed = (mode & WRITABLE_BY_OTHERS) === 0 || (parents === 'parents' && (mode & STICKY) !== 0);
  if (!isFolder || !isTrusted || !isClosed) return false;
  return dirname(folder) === folder || isSafe(dirname(folder), uid, 'parents');
}
