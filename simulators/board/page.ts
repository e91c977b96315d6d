import { type Html, html } from './html.ts';

/** What every page of the board shows around its own content. */
interface Page {
  title: string;
  content: Html;
  /** Set where an action was refused: why. */
  refusal?: string | undefined;
}

const links: [path: string, name: string][] = [
  ['/', 'Deals'],
  ['/people', 'People and emails'],
  ['/calls', 'Calls'],
  ['/access', 'Access and faults'],
];

/** The part of a page that changes. */
export function mainPart({ title, content, refusal }: Page): Html {
  return html`<main>
<h1>${title}</h1>
${refusal !== undefined && html`<p class="refusal" role="alert">${refusal}</p>`}
${content}
</main>`;
}

/** @param nonce of the Content-Security-Policy, for the style and the script */
export function page(shown: Page, nonce: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown.title} · simulators</title>
<style nonce="${nonce}">${style}</style>
<script nonce="${nonce}">${script}</script>
</head>
<body>
<header>
<strong>Simulated Kommo and Customer.io</strong>
<nav>${links.map(([path, name]) => html`<a href="${path}"${name === shown.title && html` aria-current="page"`}>${name}</a> `)}</nav>
</header>
${mainPart(shown)}
</body>
</html>`;
}

/** A button that does something. `fields` go with it; `more` are inputs before the button. */
export function actionForm(
  action: string,
  label: string,
  fields: Record<string, string | number>,
  more: Html = html``,
): Html {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form method="post" action="/act/${action}">${hidden}${more}<button>${label}</button></form>`;
}

/** Local time, since the person who reads it sits at this machine. @param ms unix ms */
export const timeText = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

const style = html`
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; padding: .7rem 1rem; border-bottom: 1px solid #8886; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
nav a { white-space: nowrap; }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; border-bottom: 2px solid; }
main { padding: 0 1rem 2rem; }
main > div { margin-bottom: .6rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; } h3 { font-size: .95rem; margin: 0 0 .5rem; }
form { display: inline-flex; flex-wrap: wrap; gap: .3rem; margin: .1rem .3rem .1rem 0; }
button, input, select { font: inherit; font-size: .87rem; padding: .3rem .6rem; border: 1px solid #8889; border-radius: .3rem; }
input, select { background: Field; color: FieldText; }
button { background: #8882; color: inherit; cursor: pointer; }
button:hover { background: #8884; }
.stages { display: flex; gap: .7rem; overflow-x: auto; padding-bottom: 1rem; }
.stage { flex: 0 0 15rem; background: #8881; border-radius: .5rem; padding: .6rem; min-height: 8rem; }
.card { border: 1px solid #8886; border-radius: .4rem; padding: .5rem; margin-bottom: .5rem; background: Canvas; }
.card[draggable] { cursor: grab; }
.quiet { opacity: .75; font-size: .87rem; }
.refusal { border-left: 4px solid #c33; padding: .4rem .7rem; background: #c331; }
.bad { color: #c33; font-weight: 600; }
code { overflow-wrap: anywhere; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .25rem .7rem .25rem 0; vertical-align: top; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .5rem; margin: .3rem 0; max-height: 20rem; overflow: auto; }
summary { cursor: pointer; overflow-wrap: anywhere; }
li { margin: .2rem 0; overflow-wrap: anywhere; }
`;

/**
 * Every page is complete without the script. With it, a page follows what happens, except while somebody types in it, and
 * cards can be dragged to another stage.
 */
const script = html`
let isDragging = false;
let isStale = false;
const isBusy = () => isDragging || document.activeElement?.matches('main input, main select');
const refresh = async () => {
  if (isBusy()) { isStale = true; return; }
  isStale = false;
  const answer = await fetch(location.href, { headers: { 'x-part': 'main' } }).catch(() => null);
  if (!answer?.ok || isBusy()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
  const open = new Set([...document.querySelectorAll('details[open]')].map((one) => one.id));
  for (const one of fresh.querySelectorAll('details')) one.open = open.has(one.id);
  const columns = document.querySelector('.stages')?.scrollLeft ?? 0;
  document.querySelector('main').replaceWith(fresh);
  const stages = document.querySelector('.stages');
  if (stages) stages.scrollLeft = columns;
};
new EventSource('/changes').onmessage = refresh;
const catchUp = () => setTimeout(() => isStale ? refresh() : undefined);
addEventListener('focusout', catchUp);
addEventListener('dragstart', (event) => {
  const deal = event.target.closest?.('[data-deal]')?.dataset.deal;
  if (!deal) return;
  isDragging = true;
  event.dataTransfer.setData('text/plain', deal);
});
addEventListener('dragend', () => { isDragging = false; catchUp(); });
addEventListener('dragover', (event) => { if (event.target.closest?.('.stage')) event.preventDefault(); });
addEventListener('drop', (event) => {
  const stage = event.target.closest?.('.stage');
  if (!stage) return;
  event.preventDefault();
  const deal = event.dataTransfer.getData('text/plain');
  fetch('/act/move', { method: 'POST', body: new URLSearchParams({ deal, place: stage.dataset.place, back: '/' }) }).then(refresh);
});
`;
