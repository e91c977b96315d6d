import { z } from 'zod';
import { type Verdict, warning } from '../../doctor/finding.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl } from '../data/database.ts';

const status = z.looseObject({ untrustedProxy: z.string().nullable().optional() });

/** Asks the server that has the data folder open whether a proxy that is not trusted passes on requests to it. */
export async function checkProxy(dataDir: string): Promise<Verdict[]> {
  // With a PostgreSQL server there is no lock file; the log of serve says the same.
  const server = databaseUrl() === undefined ? lockHolder(dataDir) : null;
  if (!server || server.url === null) return [];
  const { untrustedProxy = null } = await new ApiClient(server).callAs('status', status);
  return proxyVerdicts(untrustedProxy);
}

/** @param address of a proxy that is not trusted; null where none was seen */
export function proxyVerdicts(address: string | null): Verdict[] {
  if (address === null) return [];
  return [
    warning(
      `Requests to the console come through a proxy at ${address}, which is not trusted: all visitors behind it count as one when sign-in attempts are limited`,
      `If it is your proxy, start with --trust-proxy ${address} (or STAGEPOST_TRUST_PROXY).`,
    ),
  ];
}
