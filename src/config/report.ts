// What `warroom check-config` prints.
import { problemText, type Problem } from './problem.ts';
import type { Configuration } from './schema.ts';

/** The problems the way a compiler prints them, and one closing line. */
export function reportText(problems: readonly Problem[], configuration: Configuration | undefined): string {
  const closing = configuration ? `ok: ${summary(configuration)}` : `not ok: ${counted(errorsIn(problems), 'error')}`;
  return `${[...problems.map(problemText), closing].join('\n')}\n`;
}

function summary({ services, plans, policies }: Configuration): string {
  const environments = services.flatMap((service) => service.environments);
  const verifications = environments.flatMap(({ verify }) => verify);
  return [
    counted(services.length, 'service'),
    counted(environments.length, 'environment'),
    counted(verifications.length, 'verification'),
    ...(plans.length > 0 ? [counted(plans.length, 'plan')] : []),
    counted(policies.length, 'approval rule'),
  ].join(', ');
}

const errorsIn = (problems: readonly Problem[]): number => problems.filter(({ severity }) => severity === 'error').length;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
