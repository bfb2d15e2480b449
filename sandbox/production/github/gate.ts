// Holds a run until the people whom its environment names have approved it, and its wait is over.
import { setTimeout as sleep } from 'node:timers/promises';
import { textAt } from './files.ts';
import type { Environment, GithubState, Run } from './state.ts';

/** The protected environment that the run's job uses, by its workflow's file; undefined when nothing holds the run. */
export async function gateOf(state: GithubState, { workflow, headSha }: Run): Promise<Environment | undefined> {
  if (state.environments.length === 0) return undefined;
  const text = (await textAt(state, `.github/workflows/${workflow.file}`, headSha)) ?? '';
  const [, name] = /^[ \t]+environment:[ \t]*(?:\n[ \t]+name:[ \t]*)?([\w-]+)/m.exec(text) ?? [];
  const environment = state.environments.find((known) => known.name === name);
  return environment && (environment.reviewers.length > 0 || environment.waitMinutes > 0) ? environment : undefined;
}

/** Waits for the reviewers, then for the timer. @returns whether the run may go on; throws when it is cancelled meanwhile */
export async function passGate(run: Run, environment: Environment, signal: AbortSignal): Promise<boolean> {
  const approved = environment.reviewers.length === 0 || (await decision(run, environment, signal));
  if (approved) await sleep(environment.waitMinutes * 60_000, undefined, { signal });
  return approved;
}

async function decision(run: Run, environment: Environment, signal: AbortSignal): Promise<boolean> {
  try {
    return await new Promise<boolean>((resolve, reject) => {
      run.gate = { environment, decide: resolve };
      signal.addEventListener('abort', () => reject(new Error('cancelled', { cause: signal.reason })), { once: true });
    });
  } finally {
    run.gate = undefined;
  }
}
