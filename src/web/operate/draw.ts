/** The pages for the days without Slack. No scripts: a phone with a bad connection draws them at once. */
import { html } from 'hono/html';
import { severities } from '../../domain/words.ts';
import type { OpenIncident, OperatorOffer, OperatorView } from '../../ports.ts';
import type { Message } from '../../views/blocks.ts';
import type { Names, Paragraph, Piece } from '../../views/readable.ts';
import { readable } from '../../views/readable.ts';
import type { Html } from '../look.ts';
import { page } from '../look.ts';
import type { Visit } from './visit.ts';

/** What every page of a visit shows. */
export interface Seen {
  visit: Visit;
  names: Names;
  /** Why the last press came to nothing. */
  trouble?: string | undefined;
}

const note = (trouble: string | undefined): Html => (trouble === undefined ? html`` : html`<p class="trouble" role="alert">${trouble}</p>`);

/** For whoever is not known yet. */
export const loginPage = (trouble?: string): Html =>
  page(
    'Warroom: when Slack is down',
    html`<h1>When Slack is down</h1>
      ${note(trouble)}
      <form class="box" method="post" action="/operate/login">
        ${keyField('Your key')}
        <button>Come in</button>
      </form>
      <p class="small">An administrator makes you a key with <code>npx warroom token create</code>.</p>`,
  );

const keyField = (label: string): Html =>
  html`<label>${label}<input name="key" type="password" autocomplete="current-password" required placeholder="wr_op_…" /></label>`;

function frame(title: string, { visit, names, trouble }: Seen, body: Html): Html {
  const { user } = visit.token;
  return page(
    title,
    html`<nav>
        <a href="/operate">Overview</a>
        ${form(visit, '/operate/logout', html`<button>Leave (${names.get(user) ?? user})</button>`)}
      </nav>
      <h1>${title}</h1>
      ${note(trouble)} ${body}`,
  );
}

/** Every form proves where it comes from, and counts once. */
const form = ({ proof }: Visit, action: string, body: Html, look = ''): Html =>
  html`<form method="post" action="${action}" class="${look}">
    <input type="hidden" name="proof" value="${proof}" /><input type="hidden" name="once" value="${crypto.randomUUID()}" />${body}
  </form>`;

export interface Overview {
  waiting: readonly OperatorView[];
  incidents: readonly OpenIncident[];
}

/** What waits for this person, and what is open. */
export const overviewPage = (seen: Seen, { waiting, incidents }: Overview): Html =>
  frame(
    'Warroom',
    seen,
    html`<h2>Waiting for an approval</h2>
      ${waiting.length === 0 ? html`<p>Nothing waits for you.</p>` : waiting.map(rollbackRow)}
      <p class="small">Whether your approval counts is looked up when you press.</p>
      <h2>Open incidents</h2>
      ${incidents.length === 0 ? html`<p>No incident is open.</p>` : incidents.map(incidentRow)}
      <details>
        <summary>Declare an incident</summary>
        ${form(seen.visit, '/operate/declare', declareFields())}
      </details>`,
  );

const rollbackRow = ({ rollback, service, environment, from, to, status }: OperatorView): Html =>
  html`<p><a href="/operate/${rollback}">${rollback}</a> ${service} (${environment}) from ${from} to ${to}: ${status}</p>`;

const incidentRow = ({ incident, severity, title, status }: OpenIncident): Html =>
  html`<p><a href="/operate/${incident}">${incident}</a> ${severity} · ${status} — ${title}</p>`;

const declareFields = (): Html =>
  html`<label>What is broken?<input name="title" required maxlength="200" /></label>
    <label
      >How bad is it?<select name="severity">
        ${severities.map((severity) => html`<option>${severity}</option>`)}
      </select></label
    >
    <button>Declare</button>`;

export interface InIncident {
  incident: string;
  rollbacks: readonly OperatorView[];
  /** A dry run that was asked for. */
  plan?: { text: string; message: Message };
}

/** Its rollbacks, and the form for another one. */
export const incidentPage = (seen: Seen, { incident, rollbacks, plan }: InIncident): Html =>
  frame(
    incident,
    seen,
    html`${plan === undefined ? '' : card(plan.message, seen.names)}
      <h2>Rollbacks</h2>
      ${rollbacks.length === 0 ? html`<p>None yet.</p>` : rollbacks.map(rollbackRow)}
      <h2>Roll back</h2>
      ${form(
        seen.visit,
        `/operate/${incident}/request`,
        html`<label
            >What, and why<input
              name="text"
              required
              maxlength="600"
              value="${plan?.text ?? ''}"
              placeholder="shop production to v41 errors began with v42"
          /></label>
          <p class="small">
            As after “/rollback request”: a service or a plan, perhaps its environment, perhaps “to” a version, then the reason.
          </p>
          <button formaction="/operate/${incident}/plan">Show the plan (asks for nothing)</button>
          <button>Request this rollback</button>`,
        'box',
      )}`,
  );

/** The card as in Slack, with what can be done now below it. */
export const rollbackPage = (seen: Seen, view: OperatorView): Html =>
  frame(
    view.rollback,
    seen,
    html`<p>Of <a href="/operate/${view.incident}">${view.incident}</a> · <a href="/operate/${view.rollback}">Look again</a></p>
      ${card(view.card, seen.names)}
      ${view.offers.length === 0 ? html`<p>Nothing can be done with it now.</p>` : view.offers.map((offer) => offerBox(seen, view, offer))}`,
  );

/** Opened first, pressed then: that is the question and the answer. */
const offerBox = ({ visit }: Seen, { rollback, planHash }: OperatorView, offer: OperatorOffer): Html =>
  html`<details>
    <summary>${offer.label}…</summary>
    <p>${offer.question}</p>
    ${form(
      visit,
      `/operate/${rollback}/${offer.verb}`,
      html`<input type="hidden" name="planHash" value="${planHash}" />
        ${hidden('step', offer.fixed?.step)} ${hidden('choice', offer.fixed?.choice)}
        ${offer.fields.includes('reason') ? html`<label>Why? Everybody in the room reads it<input name="reason" required maxlength="500" /></label>` : ''}
        ${offer.fields.includes('typed') ? html`<label>Type the service's name<input name="typed" required maxlength="100" autocomplete="off" /></label>` : ''}
        ${offer.again === true ? keyField('Your key once more') : ''}
        <button>${offer.label}: ${rollback}</button>`,
    )}
  </details>`;

const hidden = (name: string, value: string | undefined): Html =>
  value === undefined ? html`` : html`<input type="hidden" name="${name}" value="${value}" />`;

const card = (message: Message, names: Names): Html => html`<div class="card">${readable(message, names).map(paragraph)}</div>`;

function paragraph({ kind, lines }: Paragraph): Html {
  const text = lines.map((pieces, index) => html`${index > 0 ? html`<br />` : ''}${pieces.map(piece)}`);
  if (kind === 'heading') return html`<h2>${text}</h2>`;
  return kind === 'small' ? html`<p class="small">${text}</p>` : html`<p>${text}</p>`;
}

function piece({ text, bold, code, url }: Piece): Html {
  const shown = url === undefined ? html`${text}` : html`<a href="${url}" rel="noreferrer">${text}</a>`;
  if (code === true) return html`<code>${shown}</code>`;
  return bold === true ? html`<b>${shown}</b>` : shown;
}
