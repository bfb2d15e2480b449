import { spawnSync } from 'node:child_process';

/** Builds dist/: what production runs is measured, never the sources through a loader. @throws with what the compiler said */
export function build(): void {
  const { status, stdout, stderr } = spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
}
