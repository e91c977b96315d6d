import { describe, expect, it } from 'vitest';
import { escapeControls, escapeLine, removeControls } from './control-characters.ts';

const ODD = [
  '\0',
  '\b',
  '\r',
  '\x1b',
  '\x7f',
  '\x9b',
  '\u200b',
  '\u202e',
  '\u2028',
  '\u2066',
  '\ufeff',
  '\u{e0041}',
];

describe('escapeControls', () => {
  it.each(ODD)('shows %j', (character) => {
    const shown = escapeControls(`a${character}b`);
    expect(shown).toMatch(/^a(\\u[0-9a-f]{4})+b$/);
    expect(JSON.parse(`"${shown}"`)).toBe(`a${character}b`);
  });

  it('leaves text of any language, emoji, tabs and line ends', () => {
    const text = 'Zoë\tданные 日本\n🙂 “x”';
    expect(escapeControls(text)).toBe(text);
  });
});

it('escapeLine shows line ends, too', () => {
  expect(escapeLine('a\n\tb\x1b')).toBe('a\\u000a\\u0009b\\u001b');
});

describe('removeControls', () => {
  it.each(['\0', '\b', '\x1b', '\x7f', '\x9b', '\u202e', '\u2028', '\u2066'])('removes %j', (character) => {
    expect(removeControls(`a${character}b`)).toBe('ab');
  });

  it('leaves line ends, tabs, and the joiners of emoji and Persian', () => {
    const text = 'a\r\n\tb 👩‍👧 می\u200cخواهم';
    expect(removeControls(text)).toBe(text);
  });
});
