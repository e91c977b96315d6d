import type { Way } from '../../../api/kommo-access.ts';
import type { KommoAccessStatus, Setup } from '../../../api/types.ts';

/** The way that is chosen at first: the one that was begun, else one click, else a token. */
export function firstWay({ kommo }: Setup, access: KommoAccessStatus | undefined): Way {
  if (kommo.hasToken) return 'token';
  const isOffered = (way: Way) => access?.ways.some((each) => each.way === way && each.isOffered) ?? false;
  if (access?.integration && isOffered('integration')) return 'integration';
  return isOffered('button') ? 'button' : 'token';
}
