const SECRET_KEY =
  /(?<![\w-])["']?(?:token|client_secret|webhook_secret|api_key|signing_key|app_key|target_url|signing_secret|smtp_url)["']?\s*:\s*/;

/** Texts that only name a variable contain no secret. */
const ONLY_VARIABLE = /^["']?\$\{[A-Za-z_]\w*(?::-)?\}["']?\s*[,}\]]*\s*(?:#.*)?$/;

/** A longer line is not shown: the searches for secrets in it would take time. */
const MAX_LINE = 10_000;
/** How many lines above one are searched for the secret key that it may belong to. In a longer file it is masked in doubt. */
const MAX_LINES_ABOVE = 20_000;

/**
 * A line of the file for error messages, with the values of secret keys masked. It must also work for a file that is not
 * valid YAML, so it works on the text, and in doubt masks too much.
 * Null where there is no such line.
 */
export function maskedLine(lines: string[], index: number): string | null {
  const line = lines[index];
  if (line === undefined || line.length > MAX_LINE) return null;
  const match = SECRET_KEY.exec(line);
  if (match) {
    const start = match.index + match[0].length;
    return line.slice(0, start) + maskUnlessVariable(line.slice(start));
  }
  if (!continuesSecret(lines, index)) return line;
  const lead = /^\s*(?:-\s+)?/.exec(line)![0];
  return lead + maskUnlessVariable(line.slice(lead.length));
}

function maskUnlessVariable(rest: string): string {
  return rest.trim() === '' || ONLY_VARIABLE.test(rest) ? rest : '***';
}

const KEY = /^\s*(?:-\s+)?["']?[\w-]+["']?\s*:(?:\s|$)/;

/** Whether the line belongs to a secret key above it: an item of a list, a line of a block text. */
function continuesSecret(lines: string[], index: number): boolean {
  return isBelowSecret(lines, index) || followsSecret(lines, index);
}

/** Whether the line is nested below a secret key. */
function isBelowSecret(lines: string[], index: number): boolean {
  let indent = indentOf(lines[index]!);
  for (let above = index - 1; above >= 0 && indent >= 0; above--) {
    if (index - above > MAX_LINES_ABOVE) return true;
    const line = lines[above]!;
    if (line.length > MAX_LINE) return true;
    if (line.trim() === '' || indentOf(line) > indent) continue;
    // A list may have the same indentation as its key.
    const isParent = indentOf(line) < indent || (isItem(lines[index]!) && !isItem(line));
    if (isParent && SECRET_KEY.test(line)) return true;
    indent = Math.min(indent, isParent ? indentOf(line) : indent);
  }
  return false;
}

/** Whether the line has no key and the last key above it is secret: the continuation of a quoted text. */
function followsSecret(lines: string[], index: number): boolean {
  if (KEY.test(lines[index]!)) return false;
  const first = Math.max(0, index - MAX_LINES_ABOVE);
  const isRelevant = (line: string) => line.length > MAX_LINE || KEY.test(line) || SECRET_KEY.test(line);
  const above = lines.slice(first, index).findLast(isRelevant);
  if (above === undefined) return first > 0;
  return above.length > MAX_LINE || SECRET_KEY.test(above);
}

const indentOf = (line: string) => line.search(/\S|$/);
const isItem = (line: string) => /^\s*-(?:\s|$)/.test(line);
