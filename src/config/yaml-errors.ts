import type { YAMLError } from 'yaml';

interface Explanation {
  message: string;
  hint?: string;
}

const INDENTATION: Explanation = {
  message: 'the indentation is wrong',
  hint: 'Keys of one level start in one column, and a key with a text behind it has no keys below it.',
};
const BRACKETS: Explanation = {
  message: 'a bracket is not closed, or a comma is missing',
  hint: 'Look at the { } and [ ] here and above.',
};
const COLON: Explanation = {
  message: 'this is no key with a value',
  hint: 'Write key: value, with a space behind the colon.',
};
const TAGS: Explanation = {
  message: 'YAML tags (!name) are not supported',
  hint: 'For a text that starts with "!", put it in quotes.',
};
const ALIASES: Explanation = {
  message: 'a wrong alias or anchor',
  hint: 'For a text that starts with "*" or "&", put it in quotes.',
};

/** The longest line that is searched, since the searches take quadratic time. */
const MAX_LINE = 1000;

/**
 * Explains an error of the YAML parser. The parser's own messages need knowledge of YAML's grammar, and they can quote the
 * file, which may contain a secret.
 *
 * @param line the line of the file with the error; @param column 1-based
 */
export function explainYamlError(error: YAMLError, line: string, column: number): Explanation {
  if (line.length > MAX_LINE) return explainYamlError(error, '', 1);
  if (/(?::|-)\s+(?:[^'"\s].*)?\{\{/.test(line) && error.code !== 'TAB_AS_INDENT') return TEMPLATE_IN_QUOTES;
  if (/[{[].*[:,[]\s*\$\{/.test(line)) return VARIABLE_IN_QUOTES;
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { message: 'YAML allows no tab here', hint: 'Indent with spaces.' };
    case 'BAD_SCALAR_START':
      return { message: 'a text cannot start with this character', hint: 'Put the text in quotes.' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return /:\s/.test(line.slice(column - 1))
        ? { message: 'a second ": " in one line', hint: 'Put a text that contains ": " in quotes.' }
        : INDENTATION;
    case 'BAD_INDENT':
      return error.message.startsWith('Flow ') ? BRACKETS : INDENTATION;
    case 'BLOCK_IN_FLOW':
      return BRACKETS;
    case 'MULTILINE_IMPLICIT_KEY':
      return COLON;
    case 'MISSING_CHAR':
      return missing(error.message);
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'a wrong escape in a quoted text',
        hint: 'Write \\\\ for a backslash, or use single quotes.',
      };
    case 'MULTIPLE_DOCS':
      return { message: 'a second document starts here', hint: 'Remove the line "---".' };
    case 'TAG_RESOLVE_FAILED':
    case 'MULTIPLE_TAGS':
    case 'BAD_COLLECTION_TYPE':
      return TAGS;
    case 'ALIAS_PROPS':
    case 'BAD_ALIAS':
    case 'MULTIPLE_ANCHORS':
      return ALIASES;
    case 'RESOURCE_EXHAUSTION':
      return { message: 'the file is nested too deeply' };
    default:
      return {
        message: 'this is no valid YAML',
        hint: 'Look at the quotes, brackets, colons and the indentation here and above.',
      };
  }
}

/** Between `{ }` or `[ ]`, a brace of a variable ends or opens a map. */
const VARIABLE_IN_QUOTES: Explanation = {
  message: 'between { } or [ ] a variable must stand in quotes',
  hint: 'Write it as "${NAME}".',
};

/** In YAML, an unquoted `{{` is a map in a map: a common mistake. */
export const TEMPLATE_IN_QUOTES: Explanation = {
  message: 'a text with {{ }} must stand in quotes',
  hint: 'Write it as \'{{ subject }}\' or "{{ subject }}".',
};

function missing(message: string): Explanation {
  if (message.startsWith('Missing closing')) {
    return { message: 'a quote is not closed', hint: 'Write the same quote at the end of the text.' };
  }
  if (message.startsWith('Implicit map keys')) return COLON;
  if (/Missing ,|flow|expected/i.test(message)) return BRACKETS;
  return { message: 'something is missing here', hint: 'Look at the colons, commas, brackets and spaces.' };
}
