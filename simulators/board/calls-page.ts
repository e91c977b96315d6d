import type { CallLog, LoggedCall } from './call-log.ts';
import { type Html, html } from './html.ts';
import { actionForm, timeText } from './page.ts';

/** The last calls, webhooks and reports, the newest first. */
export function callsPage(log: CallLog): Html {
  const calls = log.all();
  if (calls.length === 0) return html`<p class="quiet">No call yet.</p>`;
  return html`${actionForm('clear-calls', 'Clear', { back: '/calls' })}${calls.map(callDetails)}`;
}

function callDetails({ number, at, side, direction, what, status, body, answer }: LoggedCall): Html {
  const isGood = status !== null && status < 400;
  return html`<details id="call-${number}"><summary><span class="quiet">${timeText(at)} ${side} ${direction}</span>
${what} <span class="${isGood ? 'quiet' : 'bad'}">${status ?? 'no answer'}</span></summary>
${body !== '' && html`<pre>${body}</pre>`}${answer !== null && answer !== '' && html`<pre>${answer}</pre>`}</details>`;
}
