import { createHash } from 'node:crypto';
import type { ConnectionConfig, KommoAccess } from '../config/index.ts';
import type { EvidenceName } from './facts.ts';

/** What the fingerprint of each kind of evidence is made of. */
export type Fingerprints = Record<EvidenceName, string>;

/**
 * A fingerprint for each credential of a connection, with the address that it is used at. Evidence counts only for the
 * fingerprint that it was seen with, so a changed key is unproven again. 32 bits of a hash are enough to notice a
 * change, and too few to find out a secret from.
 */
export function fingerprintsOf(config: ConnectionConfig, publicUrl: string | null): Fingerprints {
  const { name, kommo, customerio } = config;
  const of = (...parts: (string | null | undefined)[]) =>
    createHash('sha256')
      .update(JSON.stringify(['stagepost', name, ...parts]))
      .digest('hex')
      .slice(0, 8);
  const token = of('token', kommo.url, credentialOf(kommo.access));
  const webhook = of('webhook', kommo.url, kommo.webhookSecret.reveal(), publicUrl);
  const signing = of('signing', ...customerio.signingKeys.map((key) => key.reveal()));
  const { region, siteId, apiKey, appKey, trackUrl, appUrl } = customerio;
  return {
    kommo_token: token,
    kommo_webhook: webhook,
    kommo_webhook_listed: webhook,
    kommo_webhook_refused: webhook,
    track_keys: of('track', region, trackUrl, siteId, apiKey.reveal()),
    app_key: of('app', region, appUrl, appKey?.reveal()),
    signing_key: signing,
    report_refused: signing,
    report_stale: signing,
  };
}

/** A token that OAuth renews every day is still the same credential. */
function credentialOf(access: KommoAccess): string {
  return access.kind === 'token' ? access.token.reveal() : `oauth ${access.clientId}`;
}
