// What GitHub itself asks for before the rollback's run may go on: reviewers, a wait, allowed branches.
import { ProviderError } from '../../ports.ts';
import { ifThere, type Api } from './api.ts';
import { listed } from './migrations.ts';
import type { Check, Environment, Target } from './schema.ts';

/** One warning for each environment that holds the run up. What cannot be read is not guessed. */
export async function protectionChecks(api: Api, { deployments, ref }: Target, workflow: string | undefined): Promise<Check[]> {
  const names = workflow === undefined ? [deployments.environment] : environmentsOf(workflow);
  const found = await Promise.all(names.map(async (name) => ({ name, environment: await read(api, name) })));
  return found.flatMap(({ name, environment }) => (environment ? checksOf(name, environment, ref) : []));
}

/** The environments that the workflow's jobs name; one that is computed when it runs cannot be known. */
function environmentsOf(workflow: string): string[] {
  const named = workflow.matchAll(/^[ \t]+environment:[ \t]*(?:\n[ \t]+name:[ \t]*)?(['"]?)([^'"\n#{}]+?)\1[ \t]*(?:#.*)?$/gm);
  const names = [...named].map(([, , name = '']) => name.trim()).filter((name) => name !== '' && !name.includes('$'));
  return [...new Set(names)].slice(0, 5);
}

async function read(api: Api, name: string): Promise<Environment | undefined> {
  try {
    return await ifThere(api.environment(name));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'unauthorized') return undefined;
    throw error;
  }
}

function checksOf(name: string, { reviewers, needsReview, waitMinutes, branches }: Environment, ref: string): Check[] {
  const asks = [
    ...(needsReview ? [`the approval of ${reviewers.length === 0 ? 'a reviewer' : listed(reviewers)}`] : []),
    ...(waitMinutes > 0 ? [`a wait of ${waitMinutes} min`] : []),
  ];
  return [
    ...(asks.length > 0 ? [warn(`GitHub itself will ask for ${asks.join(' and ')} (environment ${name}); the run waits there.`)] : []),
    ...(branches === undefined
      ? []
      : [
          warn(
            `GitHub lets only ${branches === 'protected' ? 'protected' : 'certain'} branches use the environment ${name}; is ${ref} one of them?`,
          ),
        ]),
  ];
}

const warn = (text: string): Check => ({ code: 'approvals_required_upstream', level: 'warn', text });
