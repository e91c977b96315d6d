import { appError, type Call, type Reply } from '../http/replies.ts';

/** Parts of the App API that exist and are not simulated. A path that does not exist is 404. */
const resources = new Set([
  ...['assets', 'broadcasts', 'collections', 'design_studio', 'exports', 'imports', 'newsletters'],
  ...['object_types', 'objects', 'optouts', 'segments', 'sender_identities', 'snippets', 'transactional'],
  ...['campaigns', 'customers', 'esp', 'messages', 'workspaces', 'webhooks', 'live_notifications'],
]);

/** 501, which Customer.io never answers, so that nobody takes it for Customer.io's own. */
export const notSimulated = (what: string): Reply =>
  appError(501, `${what}: Customer.io has this, and the simulator does not.`);

/** The answer to a call that no part of the simulator takes. */
export const unknownCall = ({ method, path }: Call): Reply =>
  resources.has(path[1] ?? '') ? notSimulated(`${method} /${path.join('/')}`) : appError(404, 'not found');
