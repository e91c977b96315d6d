import type { CustomerioSimulator } from '../customerio/index.ts';
import type { KommoSimulator } from '../kommo/index.ts';
import type { BoardFault } from './faults.ts';
import { type Html, html } from './html.ts';
import { actionForm } from './page.ts';
import { receiverSections } from './receivers.ts';

interface Access {
  kommo: KommoSimulator;
  customerio: CustomerioSimulator;
  faults: ReadonlyMap<string, BoardFault>;
  /** The authorization code that was issued last. */
  code: string | null;
}

/** Addresses and keys of both sides, and what can be broken. */
export function accessPage({ kommo, customerio, faults, code }: Access): Html {
  const { siteId, apiKey, appKey, pipelinesKey, signingKey } = customerio.credentials;
  const { clientId, clientSecret, redirectUri } = kommo.oauth;
  return html`
<h2>Kommo</h2>
${table({ Address: kommo.url, 'Long-lived token': kommo.token })}
<h2>Kommo by OAuth</h2>
${table({ 'Client ID': clientId, 'Client secret': clientSecret, 'Redirect URI': redirectUri, ...(code === null ? {} : { 'Authorization code': code }) })}
<p>${actionForm('issue-code', 'Issue an authorization code', { back: '/access' })}
<span class="quiet">As a user's consent does: 20 minutes, one use.</span></p>
<h2>Customer.io</h2>
${table({ Address: customerio.url, 'Site ID': siteId, 'Track API key': apiKey, 'App API key': appKey, 'Pipelines API key': pipelinesKey, 'Signing key': signingKey })}
${receiverSections(kommo, customerio)}
<h2>Break something</h2>
<ul>${[...faults].map(([name, fault]) => faultItem(name, fault))}</ul>`;
}

function faultItem(name: string, fault: BoardFault): Html {
  return fault.isOn()
    ? html`<li><span class="bad">${fault.what}</span> ${actionForm('repair', 'Repair', { fault: name, back: '/access' })}</li>`
    : html`<li>${fault.what} ${actionForm('break', 'Break', { fault: name, back: '/access' })}</li>`;
}

const table = (rows: Record<string, string>): Html =>
  html`<table>${Object.entries(rows).map(([name, value]) => html`<tr><th>${name}</th><td><code>${value}</code></td></tr>`)}</table>`;
