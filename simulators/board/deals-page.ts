import type { DealView, KommoSimulator, PipelineView } from '../kommo/index.ts';
import { type Html, html } from './html.ts';
import { actionForm } from './page.ts';

/** The newest deals that a pipeline shows. */
const MOST = 200;

/** The deals of one pipeline, in a column for each stage. */
export function dealsPage(kommo: KommoSimulator, pipelineId: number | undefined): Html {
  const pipelines = kommo.pipelines();
  const shown = pipelines.find(({ id }) => id === pipelineId) ?? pipelines[0]!;
  const deals = kommo
    .deals()
    .filter((deal) => deal.pipelineId === shown.id && !deal.isDeleted)
    .slice(-MOST);
  return html`
<p class="quiet">What you do here is done as a user does it in Kommo, so webhooks follow. Drag a card, or choose its stage.
<a href="/access">Who gets the webhooks</a></p>
<p>${pipelines.map(({ id, name }) =>
    id === shown.id ? html`<strong>${name}</strong> ` : html`<a href="/?pipeline=${id}">${name}</a> `,
  )}</p>
<div class="stages">${shown.stages.map((stage) => column(kommo, pipelines, shown, stage, deals))}</div>
<h2>New</h2>
<div>${actionForm(
    'create-deal',
    'Create the deal',
    { pipeline: shown.id, back: `/?pipeline=${shown.id}` },
    html`<input name="name" placeholder="Name of the client" aria-label="Name of the client" required>
<input name="email" type="email" placeholder="Email" aria-label="Email">
<input name="price" type="number" min="0" placeholder="Amount" aria-label="Amount">`,
  )}</div>
${shown.stages.some(({ isIncoming }) => isIncoming) && html`<div>${incomingForm(shown)}</div>`}`;
}

const incomingForm = ({ id }: PipelineView): Html =>
  actionForm(
    'create-incoming',
    'Send a web form',
    { pipeline: id, back: `/?pipeline=${id}` },
    html`<input name="name" placeholder="Name in the form" aria-label="Name in the form" required>
<input name="email" type="email" placeholder="Email" aria-label="Email in the form">`,
  );

function column(
  kommo: KommoSimulator,
  pipelines: PipelineView[],
  pipeline: PipelineView,
  stage: PipelineView['stages'][number],
  deals: DealView[],
): Html {
  const own = deals.filter(({ stageId }) => stageId === stage.id);
  const place = stage.isIncoming ? '' : `${pipeline.id}/${stage.id}`;
  return html`<section class="stage" data-place="${place}">
<h3>${stage.name} <span class="quiet">${own.length}</span></h3>
${own.map((deal) => (stage.isIncoming ? incomingCard(kommo, deal) : card(kommo, pipelines, deal)))}
</section>`;
}

function card(kommo: KommoSimulator, pipelines: PipelineView[], deal: DealView): Html {
  return html`<article class="card" draggable="true" data-deal="${deal.id}">
${title(kommo, deal)}
${moveForm(pipelines, deal, `/?pipeline=${deal.pipelineId}`)}
</article>`;
}

/** Somebody accepts or declines an incoming lead; nobody moves it. */
function incomingCard(kommo: KommoSimulator, deal: DealView): Html {
  const waiting = kommo.incomingLeads().find(({ dealId }) => dealId === deal.id);
  const back = `/?pipeline=${deal.pipelineId}`;
  return html`<article class="card">${title(kommo, deal)}
${
  waiting && [
    actionForm('accept', 'Accept', { uid: waiting.uid, back }),
    actionForm('decline', 'Decline', { uid: waiting.uid, back }),
  ]
}</article>`;
}

function title(kommo: KommoSimulator, deal: DealView): Html {
  const contact = deal.contactIds[0] === undefined ? undefined : kommo.contact(deal.contactIds[0]);
  const status = deal.fields.email_status;
  return html`<div><a href="/deals/${deal.id}">${deal.name}</a></div>
<div class="quiet">${deal.price} · ${contact?.emails[0] ?? contact?.name ?? 'no contact'}</div>
${typeof status === 'string' && html`<div class="quiet">email_status: ${status}</div>`}
<div class="quiet">notes ${kommo.notes(deal.id).length}, tasks ${kommo.tasks(deal.id).length}</div>`;
}

/** A list of all stages of all pipelines. `place` is `pipeline/stage`, as Won and Lost have one id in every pipeline. */
export function moveForm(pipelines: PipelineView[], deal: DealView, back: string): Html {
  const options = pipelines.map(
    ({ id, name, stages }) =>
      html`<optgroup label="${name}">${stages
        .filter(({ isIncoming }) => !isIncoming)
        .map((stage) => {
          const isCurrent = id === deal.pipelineId && stage.id === deal.stageId;
          return html`<option value="${id}/${stage.id}"${isCurrent && html` selected`}>${stage.name}</option>`;
        })}</optgroup>`,
  );
  const select = html`<select name="place" aria-label="Stage">${options}</select>`;
  return actionForm('move', 'Move', { deal: deal.id, back }, select);
}
