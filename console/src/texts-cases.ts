import { number, plural } from './texts.ts';

/** Test cases of rules. */
export const caseTexts = {
  lead: 'Real events whose outcome should stay as it is. They run through your draft here, and again before you publish.',
  none: 'No test cases yet.',
  noneHint: 'Try the rules on a deal or an event under “Try it”, and save the result as a test case.',
  save: 'Save as a test case',
  saveHint:
    'Keeps the event, the client’s data as it is now, and what the live rules do. The data is kept until you delete the test case, or the deal or its contact is deleted in Kommo.',
  name: 'Name',
  nameHint: 'e.g. Lost deal of an unsubscribed client',
  saved: (name: string) => `“${name}” is saved. You find it under “Test cases”.`,
  head: (all: number, others: number) => {
    if (others === 0) return all === 1 ? 'The test case passes.' : `All ${number(all)} test cases pass.`;
    return `${number(others)} of ${plural(all, 'test case')} ${others === 1 ? 'does' : 'do'} not come out as expected.`;
  },
  judging: 'Running the test cases …',
  results: { same: 'passes', different: 'differs', unknown: 'can’t be judged' },
  unknown:
    'These rules need facts that this test case doesn’t hold, or another version of Stagepost saved it. Delete it, and save the event again.',
  by: (name: string) => `saved by ${name}`,
  expected: 'Expected',
  actual: 'Your draft',
  rename: 'Rename',
  renameOne: (name: string) => `Rename “${name}”`,
  renameTo: 'New name',
  delete: 'Delete …',
  deleteOne: (name: string) => `Delete “${name}”`,
  sureDelete: 'The test case and its data are deleted.',
  deleteNow: 'Delete',
  accept: 'Expect this from now on',
  acceptOne: (name: string) => `Expect this from now on: “${name}”`,
  tooMany: 'The first 20 that differ show how.',
  acceptAll: 'Publish although test cases differ',
  acceptAllHint: 'The reason below is required then, and kept in the audit log.',
  reason: 'Reason',
};
