import type { DraftProblem } from '../../../api/types.ts';

export type Path = readonly (string | number)[];

/** The id of the input, or of the part of the page, that a path of the draft leads to. */
export function anchorOf(path: Path): string {
  return ['at', ...path].map((step) => encodeURIComponent(step)).join('.');
}

export function isUnder(path: Path, whole: Path): boolean {
  return whole.every((step, index) => path[index] === step);
}

/** What is wrong at an input, in one text. */
export function problemAt(problems: readonly DraftProblem[], path: Path): string | undefined {
  const texts = problems.filter((problem) => isUnder(problem.path, path)).map(inOneText);
  return texts.length > 0 ? texts.map(capitalised).join(' ') : undefined;
}

export function inOneText({ message, hint }: DraftProblem): string {
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  return hint ? `${sentence} ${hint}` : sentence;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The anchor of a path, and of all that it is in, from the inside out. */
export function anchorsAround(path: Path): string[] {
  return path.map((_, index) => anchorOf(path.slice(0, path.length - index)));
}

/** What can be folded away on the page: a stage's rule, a reaction, a clock. */
export function itemOf([part, item]: Path): string | null {
  return part !== 'person' && item !== undefined ? anchorOf([part!, item]) : null;
}
