import type { CustomerioSimulator } from '../customerio/index.ts';
import type { KommoSimulator } from '../kommo/index.ts';
import { type Html, html } from './html.ts';
import { actionForm } from './page.ts';

/** Who gets Kommo's webhooks and Customer.io's reports, with a form for one more of each. */
export function receiverSections(kommo: KommoSimulator, customerio: CustomerioSimulator): Html {
  return html`
<h2>Who gets Kommo's webhooks</h2>
${list(
  kommo
    .hooks()
    .map(({ destination, disabled }) =>
      item(destination, disabled, [
        disabled && actionForm('enable-hook', 'Enable', { url: destination, back: '/access' }),
        actionForm('remove-hook', 'Remove', { url: destination, back: '/access' }),
      ]),
    ),
)}
${addForm('add-hook', 'Send webhooks there')}
<h2>Who gets Customer.io's reports</h2>
${list(
  customerio
    .reportingWebhooks()
    .map(({ id, endpoint, disabled }) =>
      item(endpoint, disabled, [
        actionForm('remove-report-hook', 'Remove', { webhook: id, back: '/access' }),
      ]),
    ),
)}
${addForm('add-report-hook', 'Send reports there')}`;
}

const list = (items: Html[]): Html =>
  items.length === 0 ? html`<p class="quiet">Nobody yet.</p>` : html`<ul>${items}</ul>`;

const item = (url: string, disabled: boolean, buttons: (Html | false)[]): Html =>
  html`<li><code>${url}</code> ${disabled && html`<span class="bad">disabled</span> `}${buttons}</li>`;

const addForm = (action: string, label: string): Html =>
  actionForm(
    action,
    label,
    { back: '/access' },
    html`<input name="url" type="url" placeholder="http://127.0.0.1:3000/…" aria-label="Address" required>`,
  );
