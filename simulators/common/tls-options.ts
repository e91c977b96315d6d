/** A certificate and its key as PEM. With them a simulator speaks HTTPS, for clients that know no other scheme. */
export interface TlsOptions {
  cert: string;
  key: string;
}
