import { type Alias, isAlias, isNode, Lexer, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { ReadLimits } from './limits.ts';
import { Locations, type Position } from './locations.ts';
import type { Finding } from './problems.ts';
import { explainYamlError } from './yaml-errors.ts';

/** A parsed file: its nodes and their positions. */
export interface YamlFile {
  root: Node | null;
  /** The target of each alias; an alias without a target is missing. */
  targets: Map<Alias, Node>;
  locations: Locations;
  problems: Finding[];
  positionOf(node: Node | null): Position;
}

/** More mistakes of the grammar than this follow from the first ones. */
const MAX_LINES_WITH_ERROR = 100;

/** Parses YAML 1.2. Never throws: errors are in `problems`. */
export function parseYaml(text: string, limits: ReadLimits): YamlFile {
  const lines = new LineCounter();
  const positionAt = positionsIn(lines);
  const file: YamlFile = {
    root: null,
    targets: new Map(),
    locations: new Locations(positionAt),
    problems: [],
    positionOf: (node) => positionAt(node?.range?.[0] ?? 0),
  };
  const refuse = (position: Position, message: string, hint?: string) =>
    file.problems.push({ message, path: '', ...position, ...(hint ? { hint } : {}) });

  const excess = excessOf(text, limits);
  if (excess) {
    refuse({ line: 1, column: 1 }, excess, 'Is it the right file?');
    return file;
  }
  try {
    // The failsafe schema keeps every scalar as written, so that a stage named 1.0 keeps its name.
    const document = withoutStackTraces(() =>
      parseDocument(text, {
        schema: 'failsafe',
        lineCounter: lines,
        prettyErrors: false,
        uniqueKeys: false,
      }),
    );
    const source = text.split('\n');
    const linesWithError = new Set<number>();
    for (const error of [...document.errors, ...document.warnings]) {
      const position = positionAt(error.pos[0]);
      // One mistake can cause several errors in its line; only the first is reported.
      if (linesWithError.has(position.line)) continue;
      linesWithError.add(position.line);
      if (linesWithError.size > MAX_LINES_WITH_ERROR) break;
      const { message, hint } = explainYamlError(error, source[position.line - 1] ?? '', position.column);
      refuse(position, message, hint);
    }
    file.root = document.contents;
    file.targets = targetsOf(file.root);
  } catch {
    // The parser is recursive, so a deeply nested file overflows the stack.
    refuse({ line: 1, column: 1 }, 'the file is nested too deeply');
  }
  return file;
}

/**
 * Of its own, and not within `parseYaml`: rules keep their positions as long as their connection runs, and a function keeps all
 * variables that its neighbours use, which would be the nodes of the whole file.
 */
function positionsIn(lines: LineCounter): (offset: number) => Position {
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
}

/** Null where the text is within the limits. */
function excessOf(text: string, { characters, tokens }: ReadLimits): string | null {
  if (text.length > characters) return `the text is longer than ${inMillions(characters)} characters`;
  let count = 0;
  for (const _token of new Lexer().lex(text)) {
    count += 1;
    if (count > tokens) return 'the text holds too many keys and values';
  }
  return null;
}

function inMillions(count: number): string {
  return count >= 1e6 ? `${count / 1e6} million` : count.toLocaleString('en-US');
}

/** The parser makes an error for each mistake, and collecting their stack traces would take most of the time. */
function withoutStackTraces<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function targetsOf(root: Node | null): Map<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(root, (_key, node) => {
    if (!isNode(node)) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
    } else if ((node as { anchor?: string }).anchor) anchors.set((node as { anchor: string }).anchor, node);
  });
  return targets;
}
