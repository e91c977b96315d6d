const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `[`, `{` and `,`: each stands before another value, or opens an empty list or object. */
const STARTS = new Set([0x5b, 0x7b, 0x2c]);

/** Whether a JSON text holds more values than `max`, without parsing it. What is no JSON has any answer. */
export function hasMoreValues(text: string, max: number): boolean {
  // No text has more values than characters.
  if (text.length <= max) return false;
  let count = 0;
  let isInText = false;
  for (let index = 0; index < text.length && count <= max; index++) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === QUOTE) isInText = !isInText;
    else if (!isInText && STARTS.has(code)) count += 1;
  }
  return count > max;
}
