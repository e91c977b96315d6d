import type { KommoClient } from '../kommo/index.ts';

/** An id that no deal or contact has: Kommo's ids are far higher. The answer is empty where the account works. */
const UNUSED = [1];

/**
 * Reads that no item can spoil, to tell trouble of the whole account from a request's: Kommo answers both with a 400.
 * @throws DeliveryError where the account cannot be read
 */
export async function readHarmlessly(
  kommo: Pick<KommoClient, 'account' | 'deals' | 'contacts'>,
): Promise<void> {
  await kommo.account();
  await kommo.deals(UNUSED);
  await kommo.contacts(UNUSED);
}
