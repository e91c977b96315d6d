import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';

/** The simple query `;` in PostgreSQL's protocol. */
const EMPTY_QUERY = Uint8Array.from([0x51, 0, 0, 0, 6, 0x3b, 0]);

/**
 * PGlite without the optimising compilation of PostgreSQL's SQL parser. V8 compiles hot WebAssembly functions a second
 * time, optimised. For the parser, one function of 100 kB, that takes 600 MB for some seconds (V8 13.6:
 * TFTurboshaftLoopUnrolling in `--turbo-stats-wasm`) and makes it little faster. So the parser is first called while the
 * tier-up filter excludes all functions: V8 never optimises functions that it compiled under the filter. All others are
 * optimised as usual.
 *
 * Measured in November 2026 (PGlite 0.5.16, Node 24, `bench/embedded-tuning.ts`): at most 285 to 310 MB with it, 771 to
 * 775 MB without, in three runs each. The difference in processor time was below the noise.
 */
export class SmallParserPGlite extends PGlite {
  /** PGlite calls this when PostgreSQL has started, before the first query. */
  override async _initArrayTypes(options?: { force?: boolean }): Promise<void> {
    // A filter that matches no function: number 0 is an import.
    setFlagsFromString('--wasm-tier-up-filter=0');
    try {
      this.execProtocolRawSync(EMPTY_QUERY);
    } finally {
      setFlagsFromString('--wasm-tier-up-filter=-1');
    }
    return super._initArrayTypes(options);
  }
}
