import type { Environment, VariableFault } from '../../config/index.ts';
import { readFailure, readSmallFile } from '../../lib/read-file.ts';

/** The longest secret that is read from a file, in bytes. Tokens of Kommo have about a thousand. */
const MAX_BYTES = 64 * 1024;

export interface SecretFiles {
  values: Record<string, string>;
  faults: Map<string, VariableFault>;
  /** For messages about a value: `KOMMO_TOKEN_FILE (/run/secrets/kommo_token)`. */
  origins: Map<string, string>;
}

/**
 * Reads secrets from files, as containers hand them over: where `KOMMO_TOKEN` is not set and `KOMMO_TOKEN_FILE` is, the
 * content of that file is the value, without one line end at its end. A variable that is set to nothing counts as not set.
 * @param names the variables that may be given this way
 */
export function readSecretFiles(names: Iterable<string>, env: Environment): SecretFiles {
  const values: Record<string, string> = {};
  const faults = new Map<string, VariableFault>();
  const origins = new Map<string, string>();
  for (const name of new Set(names)) {
    const path = ownValue(env, `${name}_FILE`);
    if (!path) continue;
    if (ownValue(env, name)) faults.set(name, bothAreSet(name));
    else {
      const secret = readSecret(path);
      if (typeof secret === 'string') {
        values[name] = secret;
        origins.set(name, `${name}_FILE (${path})`);
      } else faults.set(name, unreadable(name, path, secret.reason));
    }
  }
  return { values, faults, origins };
}

function ownValue(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

function readSecret(path: string): string | { reason: string } {
  try {
    return readSmallFile(path, MAX_BYTES).replace(/\r?\n$/, '');
  } catch (error) {
    return { reason: readFailure(error, MAX_BYTES) };
  }
}

const bothAreSet = (name: string): VariableFault => ({
  message: `both ${name} and ${name}_FILE are set`,
  hint: 'Remove one of them.',
});

const unreadable = (name: string, path: string, reason: string): VariableFault => ({
  message: `the file ${path} of ${name}_FILE ${reason}`,
  hint: `Correct ${name}_FILE, or let the user who runs Stagepost read the file.`,
});
