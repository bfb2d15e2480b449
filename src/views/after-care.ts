/** What a rollback left behind, as people read it: on its card, in lists, in the reminder and in the form that resolves. */
import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import type { CareItem } from '../domain/after-care.ts';
import { openCare } from '../domain/after-care.ts';
import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { can } from '../domain/rollback.ts';
import { incidentName, rollbackName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, lines, message, note, section } from './blocks.ts';
import { ids } from './ids.ts';
import { channelLink, count, date, line, link, mention } from './text.ts';
import { placeOf } from './words.ts';

/** A message holds fifty blocks; what is left over is done by its number. */
const mostRows = 25;
const mostShown = 20;

/** The card's last part: what is done in one paragraph, and a row with its button for each thing that is not. */
export function careParts(id: string, rollback: KnownRollback): (KnownBlock | undefined)[] {
  const { care } = rollback;
  if (care.length === 0 || !can('rollback.take-care', rollback)) return [];
  const open = openCare(rollback);
  const done = care.filter((item) => item.done !== undefined);
  return [
    section(lines(`*After-care* · ${progressText(rollback)}`, ...done.map(doneText))),
    ...numbered(rollback)
      .slice(0, mostRows)
      .map(({ item, number }) => section(`${number}. ☐ to do: ${itemText(item)}`, careButton(id, item))),
    open.length > mostRows
      ? context(`And ${open.length - mostRows} more: \`/rollback care ${rollbackName(rollback.number)}\` lists them.`)
      : undefined,
    open.length === 0 ? undefined : actions(button(ids.takeCare, 'Take over', { id })),
  ];
}

function progressText(rollback: KnownRollback): string {
  const { care, careOwner } = rollback;
  const left = openCare(rollback).length;
  if (left === 0) return care.length === 1 ? 'done' : `all ${care.length} things done`;
  const done = care.length === left ? count(left, 'thing') + ' to do' : `${care.length - left} of ${care.length} done`;
  return `${done} · owner ${ownerText(careOwner)}`;
}

const ownerText = (owner: string | undefined): string => (owner === undefined ? 'nobody yet' : mention(owner));

const itemText = ({ text, url }: CareItem): string => `${line(text, 250)}${url === undefined ? '' : ` · ${link(url, 'what it changed')}`}`;

function doneText({ text, done }: CareItem): string {
  if (done === undefined) return '';
  const said = done.note === undefined || done.note === '' ? '' : `: “${line(done.note, 60)}”`;
  return `☑ done: ${line(text, 80)} · by ${mention(done.by)}, ${date(done.at, 'datetime')}${said}`;
}

/** What can be done from here is done; the rest a person does elsewhere and says so. */
function careButton(id: string, { id: item, kind, text }: CareItem): Button {
  switch (kind) {
    case 'unlock':
      return button(ids.openUnlock, 'Unlock', { id });
    case 'review':
      return button(ids.openReview, 'Review', { id });
    case 'revert':
    case 'restore':
    case 'unpin':
    case 'resume':
    case 'data': {
      const confirm = {
        title: 'Is it done?',
        text: `${line(text, 200)}. Warroom does not do this by itself.`,
        yes: 'It is done',
        no: 'Not yet',
      };
      return button(ids.finishCare, 'Done', { id, item }, { confirm });
    }
  }
}

/** What is open, numbered as in the whole list, so that a number stays what it is while others are done. */
const numbered = ({ care }: Pick<KnownRollback, 'care'>): { item: CareItem; number: number }[] =>
  care.flatMap((item, index) => (item.done === undefined ? [{ item, number: index + 1 }] : []));

const openRows = (rollback: Pick<KnownRollback, 'care'>): string[] =>
  numbered(rollback).map(({ item, number }) => `${number}. ${itemText(item)}`);

/** “RB-7, shop (production), owner @tl” */
const whose = (rollback: KnownRollback): string =>
  `*${rollbackName(rollback.number)}*, ${line(placeOf(rollback.plan))}, owner ${ownerText(rollback.careOwner)}`;

/** What one rollback left behind, with the buttons of its card. */
export function careOf({ id, state }: Known<KnownRollback>): Message {
  const name = rollbackName(state.number);
  if (state.care.length === 0) return note(`${name} has left nothing behind${can('rollback.take-care', state) ? '' : ' so far'}.`);
  const isOpen = openCare(state).length > 0;
  const hint = isOpen ? context(`\`/rollback care ${name} done <number> [note]\` does the same as a button.`) : undefined;
  return message(`After-care of ${name}: ${progressText(state)}`, [section(whose(state)), ...careParts(id, state), hint]);
}

interface CareList {
  /** Of an incident: its name. Absent: everything that one person owns. */
  of?: string | undefined;
  rollbacks: readonly Known<KnownRollback>[];
}

/** What is still open, of one incident or of one person. */
export function careList({ of, rollbacks }: CareList): Message {
  const open = rollbacks.filter(({ state }) => openCare(state).length > 0);
  if (open.length === 0) return note(of === undefined ? 'You have no after-care to see to.' : `Nothing is left to put right in ${of}.`);
  const [first] = open;
  return message(`${count(open.length, 'rollback')} with after-care${of === undefined ? ' of yours' : ` in ${of}`}`, [
    ...careRows(open).slice(0, mostShown),
    open.length > mostShown ? context(`And ${open.length - mostShown} more.`) : undefined,
    context(`\`/rollback care ${rollbackName(first?.state.number ?? 1)}\` shows the buttons of one rollback.`),
  ]);
}

/** One paragraph for each rollback that left something to do. */
export const careRows = (rollbacks: readonly Known<KnownRollback>[]): SectionBlock[] =>
  rollbacks.map(({ state }) => section(lines(whose(state), ...openRows(state).slice(0, mostShown))));

/** Names whoever owns it and what is still open. Outside of the war room it says which incident it is about. */
export function careReminder({ rollback, incident }: { rollback: KnownRollback; incident?: KnownIncident | undefined }): Message {
  const name = rollbackName(rollback.number);
  const open = numbered(rollback);
  const where = incident === undefined ? undefined : `${incidentName(incident.number)} · ${line(incident.title, 200)}${roomText(incident)}`;
  const owner = rollback.careOwner === undefined ? '' : `${mention(rollback.careOwner)}, `;
  const text = `${owner}${name} still has ${count(open.length, 'thing')} to put right`;
  return message(`${text}: ${firstOf(rollback)}`, [
    section(lines(`*${text}:*`, ...openRows(rollback).slice(0, mostShown), where)),
    context(`\`/rollback care ${name} done ${open[0]?.number ?? 1}\` records that it is done. Until then you are reminded once a day.`),
  ]);
}

const roomText = ({ room }: KnownIncident): string => (room === undefined ? '' : ` · ${channelLink(room.id)}`);

/** For phones: the first things, without markup. */
const firstOf = (rollback: KnownRollback): string =>
  openCare(rollback)
    .slice(0, 3)
    .map(({ text }) => line(text, 150))
    .join('; ');

/** Of several rollbacks: each open thing with whoever sees to it. */
export function openCareText(rollbacks: readonly Known<KnownRollback>[]): string | undefined {
  const open = rollbacks.flatMap(({ state }) =>
    openCare(state).map((item) => `• ${rollbackName(state.number)}, ${ownerText(state.careOwner)}: ${line(item.text, 150)}`),
  );
  if (open.length === 0) return undefined;
  return lines(...open.slice(0, 10), open.length > 10 ? `and ${open.length - 10} more` : undefined);
}

/** “3 things still to put right: RB-7 (2, @tl), RB-8 (1, @ic)” */
export function leftText(rollbacks: readonly Known<KnownRollback>[]): string | undefined {
  const left = rollbacks.map(({ state }) => ({ state, open: openCare(state).length })).filter(({ open }) => open > 0);
  if (left.length === 0) return undefined;
  const sum = left.reduce((total, { open }) => total + open, 0);
  const each = left.slice(0, 5).map(({ state, open }) => `${rollbackName(state.number)} (${open}, ${ownerText(state.careOwner)})`);
  return `${count(sum, 'thing')} still to put right: ${each.join(', ')}`;
}
