import { createContext, useContext } from 'react';
import type { Coverage, Draft, DraftProblem, DraftTree, RuleHelp } from '../../../api/types.ts';
import type { Choice } from './fields/values.ts';
import { type Path, problemAt } from './problems.ts';

/** The kind of a Liquid text, which decides the variables that it can use. */
export type TextKind = keyof RuleHelp['names'];

export interface Choices {
  paths: Choice[];
  texts: Record<TextKind, Choice[]>;
  reports: Choice[];
  fields: Choice[];
}

/** What every input of the form may need. */
export interface Editing {
  connection: string;
  /** Missing while nothing was edited: the live rules are meant. */
  draft: Draft | undefined;
  /** The rules as they were when they were read, before they were edited. */
  live: DraftTree;
  choices: Choices;
  problems: readonly DraftProblem[];
  /** The campaigns that start from the events of the draft; missing while they are not known. */
  coverage: Coverage | undefined;
  /** Anchors of the parts that are unfolded. */
  open: ReadonlySet<string>;
  toggle(item: string): void;
  /** Folds a whole part of the draft: where one of a list is taken out, the others get other places. */
  foldAll(part: string | number): void;
  /** Unfolds what the path is in and gives the focus to its input, as soon as that is there. */
  focusSoon(path: Path): void;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('An input of the rules stands outside of their form.');
  return editing;
}

/** What is wrong at this place of the draft, if something is. */
export function useProblem(path: Path): string | undefined {
  return problemAt(useEditing().problems, path);
}
