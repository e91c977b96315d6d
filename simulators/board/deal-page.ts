import type { CustomerioSimulator } from '../customerio/index.ts';
import type { DealView, KommoSimulator, NoteView, TaskView } from '../kommo/index.ts';
import { moveForm } from './deals-page.ts';
import { mailList } from './emails.ts';
import { type Html, html } from './html.ts';
import { actionForm, timeText } from './page.ts';

/** One deal with its contacts, notes, tasks, fields and emails; null for an unknown id. */
export function dealPage(
  kommo: KommoSimulator,
  customerio: CustomerioSimulator,
  id: number,
): { title: string; content: Html } | null {
  const deal = kommo.deal(id);
  if (!deal) return null;
  const back = `/deals/${id}`;
  return {
    title: deal.name,
    content: html`
<p class="quiet">Deal ${id} · ${deal.pipeline} · ${deal.stage} · ${deal.price}${deal.isDeleted && ' · deleted'}
${deal.tags.length > 0 && `· tags ${deal.tags.join(', ')}`}</p>
${moveForm(kommo.pipelines(), deal, back)}
${
  deal.isDeleted
    ? actionForm('restore', 'Restore', { deal: id, back })
    : actionForm('delete', 'Delete', { deal: id, back })
}
<h2>Fields</h2>${fields(kommo, deal)}
${actionForm(
  'set-field',
  'Set the field',
  { deal: id, back },
  html`<input name="field" placeholder="Field" aria-label="Field" required>
<input name="value" placeholder="Value; empty clears it" aria-label="Value">`,
)}
<h2>Products and other list elements</h2>${elements(kommo, id)}
<h2>Contacts and emails</h2>${contacts(kommo, customerio, deal)}
<h2>Notes</h2>${notes(kommo, id)}
${actionForm(
  'add-note',
  'Add the note',
  { deal: id, back },
  html`<input name="text" placeholder="Text" aria-label="Text" required>`,
)}
<h2>Tasks</h2>${tasks(kommo, id)}`,
  };
}

function fields(kommo: KommoSimulator, { id }: DealView): Html {
  const rows = Object.entries(kommo.card('leads', id));
  if (rows.length === 0) return html`<p class="quiet">None is filled.</p>`;
  return html`<table>${rows.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</table>`;
}

function elements(kommo: KommoSimulator, dealId: number): Html {
  const all = kommo.dealElements(dealId);
  if (all.length === 0) return html`<p class="quiet">None is linked.</p>`;
  return html`<ul>${all.map(({ id, name, quantity }) => html`<li>${quantity} × ${name} <span class="quiet">element ${id}</span></li>`)}</ul>`;
}

function contacts(kommo: KommoSimulator, customerio: CustomerioSimulator, deal: DealView): Html {
  const all = deal.contactIds.map((id) => kommo.contact(id)).filter((contact) => contact !== undefined);
  if (all.length === 0) return html`<p class="quiet">No contact.</p>`;
  return html`${all.map(
    (
      { id, name, emails, phones },
      index,
    ) => html`<h3>${name} <span class="quiet">contact ${id}${index === 0 && ', the main one'}
· ${[...emails, ...phones].join(', ')}</span></h3>
${emails.map((email) => mailList(customerio, email, `/deals/${deal.id}`))}`,
  )}`;
}

function notes(kommo: KommoSimulator, dealId: number): Html {
  const all = kommo.notes(dealId).toReversed();
  if (all.length === 0) return html`<p class="quiet">None.</p>`;
  return html`<ul>${all.map(
    (note) => html`<li>${noteText(note)} <span class="quiet">${timeText(note.createdAt * 1000)}</span></li>`,
  )}</ul>`;
}

const directions: Record<string, string> = { call_in: 'Call from', call_out: 'Call to' };

function noteText({ text, type, params }: NoteView): string {
  const direction = directions[type];
  return direction ? `${direction} ${params.phone}, ${params.duration} s, by ${params.source}` : text || type;
}

function tasks(kommo: KommoSimulator, dealId: number): Html {
  const all = kommo.tasks(dealId).toReversed();
  if (all.length === 0) return html`<p class="quiet">None.</p>`;
  return html`<ul>${all.map((task) => html`<li>${taskText(task)} ${!task.isCompleted && actionForm('complete', 'Complete', { task: task.id, back: `/deals/${dealId}` })}</li>`)}</ul>`;
}

function taskText({ text, completeTill, isCompleted, result }: TaskView): Html {
  const due = new Date(completeTill * 1000).toLocaleString('en-GB');
  return html`${text} <span class="quiet">${isCompleted ? `completed${result === null ? '' : `: ${result}`}` : `due ${due}`}</span>`;
}
