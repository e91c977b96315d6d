import { z } from 'zod';
import { type InstanceRpc, RpcError, type RpcErrorCode } from '../cluster/instance-rpc.ts';
import { languageCodes } from '../languages/languages.ts';
import { captured } from './cases/case-schemas.ts';
import { RulesError, type RulesErrorCode } from './errors.ts';
import { rendered, renderRequest } from './render-schemas.ts';
import type { RulesService } from './rules-service.ts';
import { compared, draft, MAX_COMPARED_EVENTS, preview, previewSubject } from './schemas.ts';
import { testRequest, testSent } from './test-send/test-schemas.ts';

/*
 * Previews and comparisons read Kommo, which only the process that runs the connection may do: its limiter counts all calls
 * to the account. Other processes call that process.
 */

/** A process of an earlier version does not say for whom it asks, nor in which language. */
const userKey = z.string().default('another process');
const language = z.enum(languageCodes).default('en');

const previewMethod = {
  name: 'rules.preview',
  request: z.object({ user: userKey, on: previewSubject, draft: draft.optional(), language }),
  response: preview,
};
const renderMethod = {
  name: 'rules.render',
  request: z.object({ user: userKey, render: renderRequest }),
  response: rendered,
};
const sendTestMethod = {
  name: 'rules.sendTest',
  request: z.object({ user: userKey, test: testRequest, draft: draft.optional() }),
  response: testSent,
};
const captureMethod = {
  name: 'rules.capture',
  request: z.object({ user: userKey, on: previewSubject }),
  response: captured,
};
const compareMethod = {
  name: 'rules.compare',
  request: z.object({ user: userKey, draft, events: z.int().min(1).max(MAX_COMPARED_EVENTS), language }),
  response: compared,
};
/** Reads the account's catalog from Kommo and stores it. */
const refreshCatalogMethod = { name: 'catalog.refresh', request: z.null(), response: z.null() };

/** Answers the calls of other processes. @param refreshCatalog for a connection that this process runs */
export function handleRemoteCalls(
  rpc: Pick<InstanceRpc, 'handle'>,
  localService: (connection: string) => RulesService,
  refreshCatalog: (connection: string) => Promise<unknown>,
): void {
  rpc.handle(previewMethod, (connection, request) =>
    asRpcError(localService(connection).preview(request.user, request.on, request.draft, request.language)),
  );
  rpc.handle(renderMethod, (connection, { user, render }) =>
    asRpcError(localService(connection).render(user, render)),
  );
  rpc.handle(sendTestMethod, (connection, { user, test, draft: content }) =>
    asRpcError(localService(connection).sendTest(user, test, content)),
  );
  rpc.handle(captureMethod, (connection, { user, on }) =>
    asRpcError(localService(connection).capture(user, on)),
  );
  rpc.handle(compareMethod, (connection, request) =>
    asRpcError(
      localService(connection).compare(request.user, request.draft, request.events, request.language),
    ),
  );
  rpc.handle(refreshCatalogMethod, async (connection) => {
    await refreshCatalog(connection);
    return null;
  });
}

/** `local`, with previews and comparisons sent to the process that runs the connection while that is another one. */
export function withRemotePreview(
  local: RulesService,
  connection: string,
  { rpc, isRemote }: { rpc: Pick<InstanceRpc, 'call'>; isRemote(): boolean },
): RulesService {
  return {
    overview: (user, language) => local.overview(user, language),
    source: (user, version) => local.source(user, version),
    versions: () => local.versions(),
    help: () => local.help(),
    check: (user, content, language) => local.check(user, content, language),
    effects: (user, content) => local.effects(user, content),
    publish: (publication, publisher) => local.publish(publication, publisher),
    difference: (user, from, to, language) => local.difference(user, from, to, language),
    async preview(user, subject, content, spoken = 'en') {
      if (!isRemote()) return local.preview(user, subject, content, spoken);
      const request = { user, on: subject, draft: content, language: spoken };
      return asRulesError(rpc.call(previewMethod, connection, request));
    },
    async render(user, request) {
      if (!isRemote()) return local.render(user, request);
      return asRulesError(rpc.call(renderMethod, connection, { user, render: request }));
    },
    async sendTest(user, test, content) {
      if (!isRemote()) return local.sendTest(user, test, content);
      return asRulesError(rpc.call(sendTestMethod, connection, { user, test, draft: content }));
    },
    async capture(user, subject) {
      if (!isRemote()) return local.capture(user, subject);
      return asRulesError(rpc.call(captureMethod, connection, { user, on: subject }));
    },
    cases: local.cases,
    judgeCases: (user, content) => local.judgeCases(user, content),
    expectCase: (user, id, content, by) => local.expectCase(user, id, content, by),
    async compare(user, content, events, spoken = 'en') {
      if (!isRemote()) return local.compare(user, content, events, spoken);
      const request = { user, draft: content, events, language: spoken };
      return asRulesError(rpc.call(compareMethod, connection, request));
    },
  };
}

/** Makes the process that runs the connection read the catalog from Kommo. @throws RulesError */
export async function refreshRemoteCatalog(
  rpc: Pick<InstanceRpc, 'call'>,
  connection: string,
): Promise<void> {
  await asRulesError(rpc.call(refreshCatalogMethod, connection, null));
}

const RPC_CODES: Record<RulesErrorCode, RpcErrorCode> = {
  invalid: 'invalid_argument',
  not_found: 'not_found',
  conflict: 'conflict',
  busy: 'rate_limited',
  overloaded: 'rate_limited',
  unavailable: 'unavailable',
  internal: 'internal',
};

const RULES_CODES: Record<RpcErrorCode, RulesErrorCode> = {
  invalid_argument: 'invalid',
  not_found: 'not_found',
  conflict: 'conflict',
  rate_limited: 'busy',
  unavailable: 'unavailable',
  version_mismatch: 'unavailable',
  internal: 'internal',
};

async function asRpcError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RulesError ? new RpcError(RPC_CODES[error.code], error.message) : error;
  }
}

async function asRulesError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RpcError ? new RulesError(RULES_CODES[error.code], error.message) : error;
  }
}
