/** The address that tests went to last, in this browser. */
const KEY = 'stagepost.test-address';

export function recallAddress(): string {
  return window.localStorage.getItem(KEY) ?? '';
}

export function keepAddress(address: string): void {
  window.localStorage.setItem(KEY, address);
}
