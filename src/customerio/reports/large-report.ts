import { BoundedBytes } from '../../lib/bounded-bytes.ts';
import { JsonTrimmer } from '../../lib/json-trimmer.ts';
import { TEXT_FIELDS } from './report-fields.ts';
import { ReportVerifier, type SignedRequest, type Verdict } from './signature.ts';

/**
 * A report of a message with inlined images has megabytes in `data.content`, and none of them are used. What is kept are the
 * single values, of which the longest that a reaction text can use has 4,000 characters.
 */
const TRIMMING = {
  // Preferences are written as an object, too.
  objects: { data: { identifiers: {}, content: { topics: {}, channels: {} } } },
  reserved: new Set([
    ...['event_id', 'event_type', 'object_type', 'object_type_type', 'metric', 'timestamp', 'data'],
    ...['identifiers', 'id', 'email', 'cio_id', 'delivery_id', 'email_id', ...TEXT_FIELDS],
  ]),
  maxTextBytes: 16_000,
  maxBytes: 96_000,
};
/** What is kept of a body that is not JSON: enough to see what it is. */
const FIRST_BYTES = 1_000;

/** Reads a report that is too large to be held: checks its signature and shortens it while it arrives. */
export class LargeReport {
  readonly #verifier: ReportVerifier;
  readonly #trimmer = new JsonTrimmer(TRIMMING);
  readonly #first = new BoundedBytes(FIRST_BYTES);

  constructor(options: Omit<SignedRequest, 'body'>) {
    this.#verifier = new ReportVerifier(options);
  }

  /** The memory that it holds, in bytes; about 320,000 at most. */
  get bytes(): number {
    return this.#trimmer.bytes + this.#first.size;
  }

  write(chunk: Uint8Array): void {
    this.#verifier.update(chunk);
    this.#trimmer.write(chunk);
    this.#first.append(chunk);
  }

  /**
   * To be called once, after the last byte.
   * @returns the shortened report as JSON, or the first bytes of what is none
   */
  end(): { verdict: Verdict; body: Buffer } {
    return { verdict: this.#verifier.verdict(), body: this.#trimmer.end() ?? this.#first.copy() };
  }
}
