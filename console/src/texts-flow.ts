/** Texts of the picture of a connection: what passes between Kommo, Stagepost and Customer.io. */
export const connectionFlowTexts = {
  label: (connection: string) => `What passes between Kommo and Customer.io through ${connection}`,
  kommo: 'deals and contacts',
  stagepost: 'your rules',
  customerio: 'campaigns and emails',
  stageChanges: 'stage changes',
  writes: 'notes, tasks, fields',
  events: 'people and events',
  reports: 'opens, clicks, opt-outs',
  states: {
    good: 'works',
    bad: 'does not work',
    waiting: 'on hold',
    nothing: 'not seen yet',
  },
};
