/** The parts of the page at which their own findings are shown. */
const KEYS = ['siteId', 'apiKey', 'appKey', 'signingKey', 'serviceAccountToken'] as const;

export const FIELDS = [...KEYS, 'reporting'] as const;

/** What `POST …/customerio` takes. */
export type CustomerioAnswer = { [field in (typeof KEYS)[number]]?: string } & { prepareReporting?: true };
