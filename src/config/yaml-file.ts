import { type Alias, isAlias, isNode, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { createLocations, type Locations, type Position } from './locations.ts';
import type { ConfigProblem } from './problems.ts';
import { explainYamlError } from './yaml-errors.ts';

/** A parsed file: its nodes and their positions. */
export interface YamlFile {
  root: Node | null;
  /** The target of each alias; an alias without a target is missing. */
  targets: Map<Alias, Node>;
  locations: Locations;
  problems: ConfigProblem[];
  positionOf(node: Node | null): Position;
}

/** A thousand connections as long as the example's. */
const MAX_CHARACTERS = 4_000_000;

/** Parses YAML 1.2. Never throws: errors are in `problems`. */
export function parseYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const locations = createLocations();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const file: YamlFile = {
    root: null,
    targets: new Map(),
    locations,
    problems: [],
    positionOf: (node) => positionAt(node?.range?.[0] ?? 0),
  };
  const refuse = (position: Position, message: string, hint?: string) =>
    file.problems.push({ message, path: '', ...position, ...(hint ? { hint } : {}) });

  if (text.length > MAX_CHARACTERS) {
    refuse({ line: 1, column: 1 }, 'the file is larger than 4 MB', 'Is it the right file?');
    return file;
  }
  try {
    // The failsafe schema keeps every scalar as written, so that a stage named 1.0 keeps its name.
    const options = {
      schema: 'failsafe',
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
    } as const;
    const document = parseDocument(text, options);
    const source = text.split('\n');
    const linesWithError = new Set<number>();
    for (const error of [...document.errors, ...document.warnings]) {
      const position = positionAt(error.pos[0]);
      // One mistake can cause several errors in its line; only the first is reported.
      if (linesWithError.has(position.line)) continue;
      linesWithError.add(position.line);
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
