/** Texts of the list of clients to call. */
export const callTexts = {
  nav: 'To call',
  title: 'Whom to call',
  lead: 'Deals with a task that Stagepost created in the last 7 days, and clients who clicked in an email in the last 3 days and whose deal has not moved since. Kommo knows which tasks are completed.',
  overdue: 'Due since',
  due: 'Due',
  clicked: 'Clicked in an email',
  why: 'See what happened',
  none: 'Nobody to call.',
  noneHint: 'A client appears here when a rule creates a task for them, or when they click in an email.',
  toRules: 'See which rules create tasks',
  more: 'Only the newest are listed. The others are in Kommo’s task list.',
  unknown: 'No client known',
};
