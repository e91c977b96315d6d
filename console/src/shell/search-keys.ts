/** The keys that open the search: ⌘K on Apple's keyboards, Ctrl K on others. */
export const searchKeys = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘ K' : 'Ctrl K';
