import { useRole } from './useRole.ts';

/**
 * Whether the signed-in user may retry, dismiss, and decide about held deals: of this connection, or of any where none is
 * named. The server checks it again.
 */
export function useMayEdit(connection?: string | null): boolean {
  return useRole(connection) !== 'viewer';
}
