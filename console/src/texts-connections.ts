import type { ShownConnection } from './api/types.ts';

/** The texts about connections as a whole. Kept apart from `texts.ts` so that the first page does not load them. */
export const connectionTexts = {
  source: { file: 'in the configuration file', console: 'managed here' } satisfies Record<
    ShownConnection['source'],
    string
  >,
  sourceHint: {
    file: 'Change it in stagepost.yaml, and restart Stagepost.',
    console: 'It is changed here, without a restart.',
  } satisfies Record<ShownConnection['source'], string>,
  workspace: (id: number | null) => (id === null ? 'Customer.io' : `Customer.io workspace ${id}`),
  polled: (seconds: number) =>
    `Stage changes are read from Kommo’s log every ${seconds} seconds, so campaigns start within ${seconds} seconds.`,
  useWebhooks: 'Use webhooks',
  useWebhooksHint:
    'If the Kommo plan has webhooks now, campaigns start within seconds. Nothing is lost by changing.',
  pausedSince: 'Paused',
  sharesKommo: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'has' : 'have'} the same Kommo account. Every stage change is handled by each of them: twice the notes, tasks and emails.`,
  sharesWorkspace: (others: string[]) =>
    `${others.join(', ')} ${others.length === 1 ? 'sends' : 'send'} to the same Customer.io workspace. A client of both is one person there, and an unsubscribe counts for both.`,
  pause: 'Pause',
  resume: 'Resume',
  remove: 'Remove',
  download: 'Download as file',
  label: (action: string, connection: string) => `${action}: ${connection}`,
  titles: {
    pause: (connection: string) => `Pause ${connection}?`,
    resume: (connection: string) => `Resume ${connection}?`,
    remove: (connection: string) => `Remove ${connection}?`,
  },
  keys: {
    button: 'Change the keys',
    title: (connection: string) => `Change the keys of ${connection}`,
    lead: 'Enter what is new. It is checked with the account first, and what was stored before stays in use until then.',
    inputs: {
      token: 'Long-lived token of Kommo',
      site_id: 'Site ID',
      api_key: 'Tracking API key',
      app_key: 'App API key',
      signing_key: 'Signing key',
    },
    oauth: 'Access to Kommo was granted in Kommo’s window, and needs no key here.',
    checking: 'Checking …',
    save: 'Check and save',
  },
  cancel: 'Cancel',
  find: 'Find a connection',
  none: 'No connection has this name.',
  more: (shown: number, all: number) => `${shown} of ${all} connections. Type a name to find others.`,
  all: 'All connections',
  unreadable: {
    title: 'Connections that cannot be read',
    lead: 'They are in the database, and nothing is lost: Kommo and Customer.io repeat the webhooks of a connection that does not run.',
    stopped: (connection: string) => `${connection} does not run`,
    changed: (connection: string) => `${connection} runs as before its last change`,
  },
};
