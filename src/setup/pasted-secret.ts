/**
 * A token or key as it was pasted, without what comes along with the clipboard: spaces and line breaks, quotes around it, the
 * word Bearer, the name of a variable. Keys and tokens of both sides have none of these inside.
 */
export function pastedSecret(text: string): string {
  return text
    .trim()
    .replace(/^(?:export\s+)?[A-Z][A-Z0-9_]*\s*=\s*/, '')
    .replace(/^authorization:\s*/i, '')
    .replace(/^["'`“”‘’]+|["'`“”‘’]+$/g, '')
    .replace(/^bearer\s+/i, '')
    .replace(/\s+/g, '');
}
