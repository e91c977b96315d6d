import { inspect } from 'node:util';

/** A text that no log, error or JSON shows: only `reveal()` gives it. */
export interface Secret {
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

/** Wraps a secret. `JSON.stringify`, `console.log` and templates show `[secret]`. */
export function secret(value: string): Secret {
  const mask = () => '[secret]';
  // The value lives in the closure, so that nothing that walks properties finds it.
  return Object.freeze({ reveal: () => value, toString: mask, toJSON: mask, [inspect.custom]: mask });
}
