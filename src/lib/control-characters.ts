/**
 * Control characters (C0, DEL, C1) and format characters (directions of writing, zero widths, tags), and Unicode's line
 * and paragraph separators: a terminal obeys them, or shows nothing in their place. Line feed and tab are text.
 */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Shows what cannot be printed as `\u001b`, as JSON does: a JSON text keeps its meaning. Line feeds and tabs stay.
 * @param text of anybody
 */
export function escapeControls(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same for a text that must stay on one line: line feeds and tabs are shown, too. */
export function escapeLine(text: string): string {
  return escapeControls(text).replace(/[\n\t]/g, escaped);
}

function escaped(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * What no note, task, field or tag needs: control characters but tab and line ends, and the characters that change the
 * direction of writing (U+202A to U+202E, U+2066 to U+2069, the marks U+200E, U+200F and U+061C). Joiners stay: emoji and
 * Persian need them.
 */
const USELESS = /[^\P{Cc}\t\n\r]|[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text of strangers without the characters that only serve to deceive. */
export function removeControls(text: string): string {
  return text.replace(USELESS, '');
}
