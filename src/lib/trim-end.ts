/** A path without the slashes at its end. The expression `\/+$` would take quadratic time for many slashes within a path. */
export function withoutEndSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
