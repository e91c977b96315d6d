import type { CustomerioSimulator, PersonView } from '../customerio/index.ts';
import { mailList } from './emails.ts';
import { type Html, html } from './html.ts';
import { actionForm, timeText } from './page.ts';

/** The newest people, and the newest events and failures of each list. */
const MOST = 50;

/** The profiles of Customer.io with their mailboxes, and what Customer.io accepted and refused afterwards. */
export function peoplePage(customerio: CustomerioSimulator): Html {
  const people = customerio.people().slice(-MOST).reverse();
  const failures = customerio
    .activities()
    .filter(({ type }) => type.startsWith('failed_') || type === 'skipped_update')
    .slice(-MOST)
    .reverse();
  return html`
${people.length === 0 && html`<p class="quiet">Nobody has been identified yet.</p>`}
${people.map((person) => personSection(customerio, person))}
<h2>Accepted, and refused afterwards</h2>
${failures.length === 0 && html`<p class="quiet">Nothing.</p>`}
<ul>${failures.map(
    ({ type, data, timestamp }) =>
      html`<li>${type} <code>${JSON.stringify(data)}</code> <span class="quiet">${timeText(timestamp * 1000)}</span></li>`,
  )}</ul>`;
}

function personSection(customerio: CustomerioSimulator, person: PersonView): Html {
  const { cioId, id, email, unsubscribed, attributes, events } = person;
  const identifier = `cio_${cioId}`;
  const subscription = unsubscribed
    ? actionForm('subscribe', 'Subscribe again', { person: identifier, back: '/people' })
    : actionForm('unsubscribe', 'Unsubscribe from everything', { person: identifier, back: '/people' });
  const text = JSON.stringify(attributes, null, 2);
  return html`<h2>${email ?? id ?? identifier} <span class="quiet">${unsubscribed && 'unsubscribed'}</span></h2>
${subscription}
<details id="person-${cioId}"><summary>${Object.keys(attributes).length} attributes</summary><pre>${text}</pre></details>
<p class="quiet">Events: ${
    events
      .slice(-MOST)
      .map(({ name }) => name)
      .join(', ') || 'none'
  }</p>
${email !== null && mailList(customerio, email, '/people')}`;
}
