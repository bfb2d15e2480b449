// The embedded database lets two processes write into one folder and loses rows: only our own lock stands in between.
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../../src/store/embedded.ts';
import { FolderInUse, lockFolder } from '../../../src/store/folder-lock.ts';
import { copyTemplate } from '../../support/house.ts';

const place = mkdtempSync(join(tmpdir(), 'warroom-lock-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(place, { recursive: true, force: true });
});

/** Claims the folder in a process of its own, says how that went, and lives on. */
const claimer = `
  import { lockFolder } from ${JSON.stringify(new URL('../../../src/store/folder-lock.ts', import.meta.url).href)};
  try { lockFolder(process.argv[1]); console.log('mine'); } catch (error) { console.log(error.name); }
  setInterval(() => undefined, 1000);`;

async function claimElsewhere(folder: string): Promise<{ said: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', claimer, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = await new Promise<string>((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())));
  return { said, child };
}

const kill = async (child: ChildProcess): Promise<void> => {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
};

describe('the lock of a data folder', () => {
  it('refuses a second database on the folder, and lets the next one in when the first is closed', async () => {
    const folder = copyTemplate(join(place, 'twice'));
    const first = await openEmbedded(folder);
    await expect(openEmbedded(folder)).rejects.toThrow(FolderInUse);
    await first.ping();
    await first.close();
    const second = await openEmbedded(folder);
    await second.close();
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  it('refuses a second process, names the first, and is free again when that one was killed', async () => {
    const folder = join(place, 'processes');
    const { said, child } = await claimElsewhere(folder);
    expect(said).toBe('mine');
    expect(() => lockFolder(folder)).toThrow(`in use by process ${child.pid ?? 0}`);
    await kill(child);
    lockFolder(folder)();
  });

  it('lets exactly one in when several processes find a left-over lock at the same time', async () => {
    const folder = join(place, 'race');
    const { child } = await claimElsewhere(folder);
    await kill(child);
    const claims = await Promise.all(Array.from({ length: 4 }, () => claimElsewhere(folder)));
    expect(claims.map(({ said }) => said).toSorted()).toEqual(['FolderInUse', 'FolderInUse', 'FolderInUse', 'mine']);
    const owner = claims.find(({ said }) => said === 'mine')?.child.pid;
    expect(JSON.parse(readFileSync(`${folder}.lock`, 'utf8'))).toMatchObject({ pid: owner });
    expect(readdirSync(place).filter((name) => name.startsWith('race.lock.'))).toEqual([]);
  });

  it('takes over what was left by another boot, by a former life of the same process id, and by a broken write', () => {
    const folder = join(place, 'stale');
    for (const left of [JSON.stringify({ pid: 1, boot: 'another' }), JSON.stringify({ pid: process.pid, boot: 'any' }), '{"pid":', '']) {
      writeFileSync(`${folder}.lock`, left);
      lockFolder(folder)();
    }
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });
});
