// Before `npm start`: a clone has no build yet. An image has one, and no compiler to make it with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    process.stderr.write('Warroom is not built. Run `npm ci` and `npm run build`, then `npm start`.\n');
    process.exit(1);
  }
}
