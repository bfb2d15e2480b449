// The last way to a server: a throw-away container on a free loopback port.
import { say } from './log.mjs';
import { onFinish, runQuietly } from './processes.mjs';

/** Starts a container and gives the loopback port its inner port got, or undefined when Docker cannot. */
export function startContainer({ image, port, env = {}, command = [] }) {
  if (!runQuietly('docker', ['info']).ok) return undefined;
  say(`starting ${image} in Docker …`);
  const settings = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const started = runQuietly('docker', ['run', '--rm', '-d', '-p', `127.0.0.1:0:${port}`, ...settings, image, ...command]);
  const id = started.stdout.trim().split('\n').at(-1);
  if (!started.ok || !id) {
    say(`docker run ${image} failed: ${started.stderr.trim()}`);
    return undefined;
  }
  onFinish(() => runQuietly('docker', ['rm', '-f', id]));
  const mapped = runQuietly('docker', ['port', id, `${port}/tcp`]).stdout.match(/127\.0\.0\.1:(\d+)/);
  return mapped ? Number(mapped[1]) : undefined;
}
