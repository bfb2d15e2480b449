// Rules about freezes: whom they mean, and which of two is meant.
import { suggestFrom } from './near-miss.ts';
import { at, list, record } from './raw.ts';
import type { Report } from './semantics.ts';

export function calendarRules(root: unknown, error: Report): void {
  const services = Object.keys(record(at(root, ['services'])));
  const freezes = list(at(root, ['freezes']));
  const names = freezes.map((freeze) => at(freeze, ['name']));
  for (const [index, freeze] of freezes.entries()) {
    for (const [position, service] of list(at(freeze, ['services'])).entries()) {
      if (typeof service !== 'string' || services.includes(service)) continue;
      error(['freezes', index, 'services', position], `names the unknown service ${service}`, suggestFrom(service, services));
    }
    const first = names.indexOf(names[index]);
    if (first === index || typeof names[index] !== 'string') continue;
    error(['freezes', index, 'name'], `is the name of freeze ${first + 1} as well: ${names[index]}`, 'Give each freeze a name of its own.');
  }
}
