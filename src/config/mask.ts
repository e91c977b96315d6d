const SECRET_KEY = /(?<![\w-])["']?(?:token|webhook_secret|api_key|signing_key|app_key)["']?\s*:\s*/;

/** Texts that only name a variable give nothing away. */
const ONLY_VARIABLE = /^["']?\$\{[A-Za-z_]\w*(?::-)?\}["']?\s*[,}\]]*\s*(?:#.*)?$/;

/**
 * The line of the file with what stands behind a secret's key masked, as error messages show lines.
 * It must also work in a file that is no YAML, so it looks at the text, and masks rather too much.
 * Null where there is no such line.
 */
export function maskedLine(lines: string[], index: number): string | null {
  const line = lines[index];
  if (line === undefined) return null;
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

/** Whether the line belongs to a secret above it: an item of a list of keys, a line of a block text. */
function continuesSecret(lines: string[], index: number): boolean {
  return isBelowSecret(lines, index) || followsSecret(lines, index);
}

/** One of the lines that it is indented below has a secret's key. */
function isBelowSecret(lines: string[], index: number): boolean {
  let indent = indentOf(lines[index]!);
  for (let above = index - 1; above >= 0 && indent >= 0; above--) {
    const line = lines[above]!;
    if (line.trim() === '' || indentOf(line) > indent) continue;
    // A list may stand in the column of its key.
    const isParent = indentOf(line) < indent || (isItem(lines[index]!) && !isItem(line));
    if (isParent && SECRET_KEY.test(line)) return true;
    indent = Math.min(indent, isParent ? indentOf(line) : indent);
  }
  return false;
}

/** It has no key, and the last key above it is a secret's: a quoted text that goes on. */
function followsSecret(lines: string[], index: number): boolean {
  if (KEY.test(lines[index]!)) return false;
  const above = lines.slice(0, index).findLast((line) => KEY.test(line) || SECRET_KEY.test(line));
  return above !== undefined && SECRET_KEY.test(above);
}

const indentOf = (line: string) => line.search(/\S|$/);
const isItem = (line: string) => /^\s*-(?:\s|$)/.test(line);
