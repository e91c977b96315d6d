import { Drop } from 'liquidjs';

/**
 * What the texts of one plan may cost together. Every limit is counted and none is measured in time: the same texts and
 * values always give the same result, however slow the machine is.
 */
export const LIMITS = {
  /**
   * Characters of one text of the rules: more than Kommo takes as a note. The time of parsing grows with the square of the
   * length where a text has more than some ten thousand tags.
   */
  sourceCharacters: 20_000,
  /** Tags, outputs and pieces of plain text that one text renders, counted again in each pass of a loop. */
  parts: 20_000,
  /** Characters that one text, or one `capture` in it, writes. */
  textCharacters: 64_000,
  /** Characters that all texts of a plan write, captured ones included, and the size of the values that it sends. */
  planCharacters: 256_000,
  /** Size of one value, in units of `sizeOf`: of an argument or a result of a filter, or of what is compared or printed. */
  valueSize: 100_000,
  /** How deep lists and objects may be nested in one value. */
  valueDepth: 8,
  /** Work of all texts of a plan. A unit takes 50 ns at most on a slow machine. */
  work: 600_000,
} as const;

/** A value is stored, compared and sent as JSON. */
const VALUE_SIZE_PER_WORK = 8;
/** Work of parsing one character. */
const PARSE_WORK = 10;

/** A text needs more than a limit allows. */
export class BudgetExceeded extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BudgetExceeded';
  }
}

/** Counts what the texts of one plan cost. Every method throws `BudgetExceeded` beyond a limit of `LIMITS`. */
export class RenderBudget {
  #parts = 0;
  #work = 0;
  #characters = 0;
  readonly #texts: Set<string>;

  /** @param spent what other texts of the plan have cost; default: nothing. */
  constructor(spent?: RenderBudget) {
    this.#work = spent ? spent.#work : 0;
    this.#characters = spent ? spent.#characters : 0;
    this.#texts = new Set(spent ? spent.#texts : []);
  }

  /** The work so far, in units. */
  get workDone(): number {
    return this.#work;
  }

  /** Begins a text, which may render `LIMITS.parts` again. It is charged for being parsed once, as if nothing were cached. */
  beginText(text: string): void {
    this.#parts = 0;
    if (text.length > LIMITS.sourceCharacters)
      throw new BudgetExceeded(`it has more than ${LIMITS.sourceCharacters} characters`);
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.charge(text.length * PARSE_WORK);
  }

  /** Counts one part that is about to be rendered. @param work what its own tags and expressions cost at most. */
  countPart(work: number): void {
    this.#parts += 1;
    if (this.#parts > LIMITS.parts) throw new BudgetExceeded(`it renders more than ${LIMITS.parts} parts`);
    this.charge(work);
  }

  charge(work: number): void {
    if (!(this.#work + work <= LIMITS.work))
      throw new BudgetExceeded('its loops and filters do too much work');
    this.#work += work;
  }

  /** The size of a value. Measuring takes as long as the size, so the caller charges it. */
  measure(value: unknown): number {
    if (typeof value === 'string' && value.length <= LIMITS.valueSize) return value.length;
    const size = sizeOf(value, LIMITS.valueSize);
    if (size > LIMITS.valueSize)
      throw new BudgetExceeded(
        `a value in it has more than ${LIMITS.valueSize} characters, or is nested deeper than ${LIMITS.valueDepth} lists`,
      );
    return size;
  }

  /** Counts a value that becomes part of an action as it is, like the same text written. */
  take(value: unknown): void {
    if (value === null) return;
    const size = this.measure(value);
    this.charge(size / VALUE_SIZE_PER_WORK);
    this.write(size, 0);
  }

  /** Counts characters that are written. @param length of the text, or the capture, with them. */
  write(characters: number, length: number): void {
    this.#characters += characters;
    if (length > LIMITS.textCharacters)
      throw new BudgetExceeded(`it becomes longer than ${LIMITS.textCharacters} characters`);
    if (this.#characters > LIMITS.planCharacters)
      throw new BudgetExceeded(
        `the texts and values for this event become longer than ${LIMITS.planCharacters} characters together`,
      );
  }
}

/** What an entry of a list or object adds to the size beside its value. */
const ENTRY_SIZE = 8;
/** The longest number as text, and the longest of those that ranges consist of. */
const NUMBER_SIZE = 24;
const SMALL_NUMBER_SIZE = 7;

/**
 * The size of a value: its characters, and some for each entry. A list that occurs twice in another counts twice, as it is
 * printed twice. Infinite where the nesting is too deep; larger than `limit` as soon as that is certain.
 */
export function sizeOf(value: unknown, limit: number, depth: number = LIMITS.valueDepth): number {
  if (typeof value === 'string') return value.length;
  if (Number.isSafeInteger(value) && Math.abs(value as number) < 1e6) return SMALL_NUMBER_SIZE;
  if (typeof value !== 'object' || value === null || value instanceof Drop) return NUMBER_SIZE;
  if (depth === 0) return Infinity;
  let size = ENTRY_SIZE;
  if (Array.isArray(value)) {
    size += value.length * ENTRY_SIZE;
    for (let index = 0; index < value.length && size <= limit; index++)
      size += sizeOf(value[index], limit - size, depth - 1);
    return size;
  }
  for (const key of Object.keys(value)) {
    size +=
      ENTRY_SIZE + key.length + sizeOf((value as Record<string, unknown>)[key], limit - size, depth - 1);
    if (size > limit) break;
  }
  return size;
}
