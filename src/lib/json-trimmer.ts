import { BoundedBytes } from './bounded-bytes.ts';
import { nameOf, scalarOf, textOf } from './json-parts.ts';

/**
 * Which members of nested objects are kept, by name: `{ data: { identifiers: {} } }` keeps the single values of the root, of
 * `data` and of `data.identifiers`.
 */
export interface KeptObjects {
  [name: string]: KeptObjects;
}

export interface JsonTrimmerOptions {
  objects: KeptObjects;
  /** The names of members that others must not displace, wherever they are. */
  reserved: ReadonlySet<string>;
  /** A longer text is cut to so many bytes of its JSON. */
  maxTextBytes: number;
  /**
   * The reserved members have so many bytes of JSON in all; the other single values of nested objects have as many, and those of
   * the root as many again.
   */
  maxBytes: number;
}

/** A member with a longer name is left out. */
const MAX_NAME_BYTES = 256;
/** The quotes, the colon and the comma of a name; the brackets of an object. */
const NAME_MARKS = 4;
const MAX_BRACKETS = 2;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** Bytes that may start or continue a number, `true`, `false` or `null`. */
const SCALAR = new Set(Buffer.from('+-.0123456789EINaefilnrstuy'));
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * What the next byte belongs to.
 *
 * - `start`: before the root object.
 * - `name_or_end`: after `{`; `name`: after a comma in an object; `in_name`: inside a name; `colon`: after a name.
 * - `value`: before a member's value. `in_text`: inside a text. `in_scalar`: inside a number, `true`, `false` or `null`.
 * - `skipping`: inside a list or an object that is not kept; `in_skipped_text`: inside a text there.
 * - `after_value`: before a comma or the end of the object.
 * - `end`: after the root object. `broken`: this is not a JSON object. No byte leads out of `broken`.
 */
type State =
  | 'start'
  | 'name_or_end'
  | 'name'
  | 'in_name'
  | 'colon'
  | 'value'
  | 'in_text'
  | 'in_scalar'
  | 'skipping'
  | 'in_skipped_text'
  | 'after_value'
  | 'end'
  | 'broken';

/**
 * Makes a short JSON object out of a long one that arrives in pieces, in bounded memory: it keeps single values (texts,
 * numbers, booleans, null) of the root and of the named objects, cuts long texts, and leaves out lists, other objects and
 * what exceeds the bounds. The result does not depend on how the pieces are cut.
 *
 * What is left out is not checked beyond its brackets and quotes. A general streaming parser would build every value first.
 */
export class JsonTrimmer {
  readonly #options: JsonTrimmerOptions;
  readonly #out: BoundedBytes;
  readonly #name = new BoundedBytes(MAX_NAME_BYTES);
  readonly #value: BoundedBytes;
  /** Of the objects that are open, the outermost first. `isEmpty`: no member was written yet. */
  readonly #open: { kept: KeptObjects; isEmpty: boolean }[] = [];
  #state: State = 'start';
  #marksSeen = 0;
  #isEscaped = false;
  /** Brackets that are open inside a skipped value. */
  #skippedDepth = 0;
  #used = { reserved: 0, root: 0, nested: 0 };

  constructor(options: JsonTrimmerOptions) {
    this.#options = options;
    this.#out = new BoundedBytes(Number.POSITIVE_INFINITY);
    this.#value = new BoundedBytes(options.maxTextBytes);
  }

  /** The memory that it holds, in bytes. */
  get bytes(): number {
    return this.#out.size + this.#value.size + this.#name.size;
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#state === 'broken') return;
      at = this.#isInText() ? this.#readText(chunk, at) : this.#readByte(chunk[at]!, at);
    }
  }

  /** @returns the short JSON object, or null where what came is not a whole JSON object */
  end(): Buffer | null {
    return this.#state === 'end' ? this.#out.copy() : null;
  }

  #isInText(): boolean {
    return this.#state === 'in_text' || this.#state === 'in_name' || this.#state === 'in_skipped_text';
  }

  /** Reads up to the end of the text or of the chunk. @returns the index of the next byte */
  #readText(chunk: Uint8Array, start: number): number {
    let at = start;
    let isEscaped = this.#isEscaped;
    while (at < chunk.length) {
      const byte = chunk[at]!;
      if (isEscaped) isEscaped = false;
      else if (byte === BACKSLASH) isEscaped = true;
      else if (byte === QUOTE) break;
      at += 1;
    }
    this.#isEscaped = isEscaped;
    if (this.#state === 'in_text') this.#value.append(chunk.subarray(start, at));
    else if (this.#state === 'in_name') this.#name.append(chunk.subarray(start, at));
    if (at === chunk.length) return at;
    this.#endText();
    return at + 1;
  }

  #endText(): void {
    if (this.#state === 'in_name') this.#setState('colon');
    else if (this.#state === 'in_skipped_text') this.#setState('skipping');
    else this.#setState(this.#endValue(textOf(this.#value)));
  }

  /** @returns the index of the next byte: the same one again where it ends a number and belongs to what follows */
  #readByte(byte: number, at: number): number {
    if (this.#state === 'in_scalar') {
      if (!SCALAR.has(byte)) {
        this.#setState(this.#endValue(scalarOf(this.#value)));
        return at;
      }
      this.#value.push(byte);
    } else if (!WHITESPACE.has(byte)) this.#setState(this.#after(byte));
    return at + 1;
  }

  /** The state after a byte that is neither whitespace nor part of a text or number. */
  #after(byte: number): State {
    switch (this.#state) {
      case 'start':
        return this.#start(byte);
      case 'name_or_end':
        return byte === CLOSE_OBJECT ? this.#closeObject() : this.#startName(byte);
      case 'name':
        return this.#startName(byte);
      case 'colon':
        return byte === COLON ? 'value' : 'broken';
      case 'value':
        return this.#startValue(byte);
      case 'skipping':
        return this.#skip(byte);
      case 'after_value':
        return byte === CLOSE_OBJECT ? this.#closeObject() : byte === COMMA ? 'name' : 'broken';
      default:
        return 'broken';
    }
  }

  #start(byte: number): State {
    if (byte === OPEN_OBJECT) return this.#openObject(this.#options.objects);
    if (byte !== BYTE_ORDER_MARK[this.#marksSeen]) return 'broken';
    this.#marksSeen += 1;
    return 'start';
  }

  #startName(byte: number): State {
    this.#name.clear();
    return byte === QUOTE ? 'in_name' : 'broken';
  }

  #startValue(byte: number): State {
    this.#value.clear();
    if (byte === QUOTE) return 'in_text';
    const kept = byte === OPEN_OBJECT ? this.#keptObject() : null;
    if (kept !== null && this.#writeName(MAX_BRACKETS)) return this.#openObject(kept);
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#skippedDepth = 1;
      return 'skipping';
    }
    if (!SCALAR.has(byte)) return 'broken';
    this.#value.push(byte);
    return 'in_scalar';
  }

  #keptObject(): KeptObjects | null {
    const name = nameOf(this.#name);
    const { kept } = this.#open.at(-1)!;
    return name !== null && Object.hasOwn(kept, name) ? kept[name]! : null;
  }

  #skip(byte: number): State {
    if (byte === QUOTE) return 'in_skipped_text';
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#skippedDepth += 1;
    if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#skippedDepth -= 1;
    return this.#skippedDepth === 0 ? 'after_value' : 'skipping';
  }

  #openObject(kept: KeptObjects): State {
    this.#out.push(OPEN_OBJECT);
    this.#open.push({ kept, isEmpty: true });
    return 'name_or_end';
  }

  #closeObject(): State {
    this.#out.push(CLOSE_OBJECT);
    this.#open.pop();
    return this.#open.length === 0 ? 'end' : 'after_value';
  }

  /** Writes the member where it fits. @param json null where it is left out */
  #endValue(json: Uint8Array | null): State {
    if (json !== null && nameOf(this.#name) !== null && this.#writeName(json.length)) this.#out.append(json);
    return 'after_value';
  }

  /** @returns false, and writes nothing, where there is no room for the name with a value of so many bytes */
  #writeName(valueBytes: number): boolean {
    const place = this.#placeOf(nameOf(this.#name) ?? '');
    const bytes = this.#name.length + NAME_MARKS + valueBytes;
    if (this.#used[place] + bytes > this.#options.maxBytes) return false;
    this.#used[place] += bytes;
    const object = this.#open.at(-1)!;
    if (!object.isEmpty) this.#out.push(COMMA);
    object.isEmpty = false;
    this.#out.push(QUOTE);
    this.#out.append(this.#name.view());
    this.#out.push(QUOTE);
    this.#out.push(COLON);
    return true;
  }

  #placeOf(name: string): 'reserved' | 'root' | 'nested' {
    if (this.#options.reserved.has(name)) return 'reserved';
    return this.#open.length === 1 ? 'root' : 'nested';
  }

  /** The only place that changes the state. */
  #setState(state: State): void {
    this.#state = state;
  }
}
