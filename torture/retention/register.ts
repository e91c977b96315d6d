/**
 * Preloaded by the processes of a run with `--retention-every` (`node --import`): it puts the modules of this folder in the
 * place of those of Stagepost, whose retention takes months and whose readings of Kommo's log are minutes apart.
 */
import { registerHooks } from 'node:module';

const here = import.meta.url;
const source = (path: string) => new URL(`../../src/${path}`, here).href;

const REPLACED = new Map([
  [source('store/retention/kept-times.ts'), new URL('kept-times.ts', here).href],
  [source('pipeline/retention.ts'), new URL('retention.ts', here).href],
  [source('pipeline/periodic-reader.ts'), new URL('periodic-reader.ts', here).href],
]);
const replacements = new Set(REPLACED.values());

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const replacement = REPLACED.get(resolved.url);
    // The replacements themselves may use what they replace.
    const isOwnImport = context.parentURL !== undefined && replacements.has(context.parentURL);
    return replacement === undefined || isOwnImport ? resolved : { ...resolved, url: replacement };
  },
});
