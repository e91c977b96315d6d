/** The live preview of rules, and the deals that they are tried on. */
export const previewTexts = {
  title: 'Preview with the deal of',
  lead: 'Below each text you see what it becomes for this deal. Nothing is sent or written.',
  hasNone: 'No deal has changed its stage yet. Find one by name to see what each text becomes.',
  dealHint: 'Type a name, a company or a deal number',
  searching: 'Searching …',
  noDeal: 'No deal matches.',
  number: (id: string) => `deal ${id}`,
  failed: (reason: string) => `The preview can’t be shown. ${reason}`,
  outcome: 'Becomes',
  empty: '(empty for this deal)',
  example: 'with example values, because no such report has arrived yet',
};
