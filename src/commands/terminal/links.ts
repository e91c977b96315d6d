/** Where the console can be reached; null where that is not known. */
export interface ConsoleAddresses {
  /** As `--public-url`. */
  publicUrl: string | null;
  /** On this machine: `http://127.0.0.1:4400`. */
  localUrl: string | null;
}

/**
 * A one-time link as it is printed: under the public address where that is known, and under the local one as well, since a
 * proxy may pass on the webhooks only. The link is the end of its line.
 * @param intro ends with a colon and a space
 * @param path of the link, with its secret: `/setup#…`
 */
export function linkLines(intro: string, path: string, { publicUrl, localUrl }: ConsoleAddresses): string {
  if (publicUrl !== null && localUrl !== null)
    return `${intro}${publicUrl}${path}\n  or on this machine: ${localUrl}${path}`;
  const address = publicUrl ?? localUrl;
  if (address !== null) return `${intro}${address}${path}`;
  return `STAGEPOST_PUBLIC_URL is not set, so this is only the path of the link, below the address of the console.\n${intro}${path}`;
}
