/** The search for clients and deals. */
export const searchTexts = {
  title: 'Find a client or deal',
  open: 'Find a client',
  label: 'Name, company, email, deal number or Kommo link',
  hint: 'Type the beginning of a name, a company or an email address, a deal number, or paste the deal’s link from Kommo.',
  keys: '↑ ↓ to choose, Enter to open',
  results: 'Clients and deals',
  found: (count: number) => (count === 1 ? '1 result' : `${count} results`),
  deal: (id: number) => `deal ${id}`,
  noDeal: 'no deal',
  notSent: 'not in Customer.io yet',
  none: (q: string) => `No client or deal matches “${q}”.`,
  noneHint:
    'Stagepost knows clients whose deal has entered a stage since it was connected, and clients who were emailed.',
  failed: 'The search could not be run.',
};

/** ⌘K on Apple's keyboards, Ctrl K on others. */
export const searchKeys = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘ K' : 'Ctrl K';
