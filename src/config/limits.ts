/**
 * How much a text may hold. The limits are counted while it is read, so that a text made to be as much work as it can be
 * is refused soon, in any process.
 */
export interface ReadLimits {
  characters: number;
  /** Lexical tokens of YAML: the parser's time and memory grow with them. */
  tokens: number;
  /** Keys' values and items of lists, once aliases are filled in: a few kilobytes of nested aliases could fill the memory. */
  values: number;
  /** The length of all texts, once aliases are filled in: each is parsed for each of its uses. */
  expandedCharacters: number;
}

/** A stagepost.yaml: about 1,450 connections as long as the example's. */
export const FILE_LIMITS: ReadLimits = {
  characters: 4_000_000,
  tokens: 1_200_000,
  values: 250_000,
  expandedCharacters: 8_000_000,
};

/** The rules of one connection: twenty-five times the example's. */
export const RULES_LIMITS: ReadLimits = {
  characters: 250_000,
  tokens: 100_000,
  values: 20_000,
  expandedCharacters: 1_000_000,
};

/** The longest key. Names of attributes and data may have 150 bytes (Track API). */
export const MAX_KEY_LENGTH = 200;
/** The deepest place of the configuration is seven keys down. */
export const MAX_DEPTH = 20;
