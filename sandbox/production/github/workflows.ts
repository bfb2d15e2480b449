// The two workflows of acme/shop. `repository/.github/workflows` shows what they look like to a person.
import type { Workflow } from './state.ts';

/** Fresh each start, because a workflow can be disabled. */
export function createWorkflows(): Workflow[] {
  return [
    {
      id: 70_000_001,
      name: 'Deploy',
      file: 'deploy.yml',
      state: 'active',
      jobName: 'deploy',
      inputs: { version: true, op_id: false },
      versionInput: 'version',
      title: ({ version }) => `deploy ${version}`,
    },
    {
      id: 70_000_002,
      name: 'Roll back',
      file: 'rollback.yml',
      state: 'active',
      jobName: 'rollback',
      inputs: { target: true, op_id: true },
      versionInput: 'target',
      title: ({ op_id: opId }) => `rollback ${opId}`,
    },
  ];
}

export const findWorkflow = (workflows: readonly Workflow[], idOrFile: string): Workflow | undefined =>
  workflows.find(({ id, file }) => String(id) === idOrFile || file === idOrFile || `.github/workflows/${file}` === idOrFile);
