/** A measured number with its unit, as people say it. */
import type { Gate, Unit } from './plan.ts';

type Measured = Pick<Gate, 'name' | 'query' | 'unit' | 'pass' | 'fail'>;

/** The configured unit. Without one, a quotient that is compared with less than one and named like a share is a percentage. */
function unitOf({ name, query, unit, pass, fail }: Measured): Unit {
  if (unit !== undefined) return unit;
  const named = /\b(?:errors?|ratio|share|success|availability)\b/i.test(name);
  const divides = /[)\]}]\s*\/\s*[\w(]/.test(query);
  const limit = (pass ?? fail)?.value ?? 0.5; // against a baseline alone there is no limit to tell by
  return named && divides && limit > 0 && limit < 1 ? 'percent' : 'none';
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** `4 %`, `410 ms`, `0.35 s`, `12` */
export function amount(gate: Measured, value: number): string {
  const unit = unitOf(gate);
  switch (unit) {
    case 'percent':
      return `${figure(value * 100)} %`;
    case 'ms':
    case 's':
      return `${figure(value)} ${unit}`;
    case 'count':
      return String(Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0)));
    case 'none':
      return figure(value);
  }
}
