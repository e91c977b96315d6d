import { KeyUnusable } from '../../secrets/key-source.ts';
import { SealError } from '../../secrets/keyring.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';

/** Runs `work`. @throws CommandError where a key is missing or cannot be used */
export async function withKeyErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KeyUnusable) throw new CommandError(error.message, EXIT.usage);
    throw error instanceof SealError ? new CommandError(error.message) : error;
  }
}
