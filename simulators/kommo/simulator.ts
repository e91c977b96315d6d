import type { KommoSimulator, KommoSimulatorOptions } from './types.ts';

/** Starts a simulated Kommo account. */
export async function startKommoSimulator(_options: KommoSimulatorOptions = {}): Promise<KommoSimulator> {
  throw new Error('The Kommo simulator is still being written.');
}
