/** Milliseconds since 1970-01-01 UTC. */
export type Millis = number;

export type Source = 'kommo' | 'customerio';
