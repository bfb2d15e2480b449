import { expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failure, inTime, type Stage } from './vendor.ts';

/** Every no has its kind, and no secret. */
export function refusalContract(stage: () => Pick<Stage, 'vendor' | 'order'>): void {
  it('calls a wrong token unauthorized, without showing it', async () => {
    const { vendor } = stage();
    const error = await failure(vendor.open({ token: 'canary-secret-token' }).preview());
    expect(error).toMatchObject({ name: 'ProviderError', kind: 'unauthorized' });
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('canary-secret');
    expect(error.message.length).toBeLessThanOrEqual(200);
  });

  it('calls a place that is not there not_found', async () => {
    const { vendor, order } = stage();
    const elsewhere = vendor.open({ place: 'acme/nothing' });
    expect(await failure(elsewhere.preview())).toMatchObject({ kind: 'not_found' });
    expect(await failure(elsewhere.start(await order(), inTime()))).toMatchObject({ kind: 'not_found' });
  });

  it('asks again when a read fails for a moment, and says "unavailable" when it goes on', async () => {
    const { vendor } = stage();
    vendor.trouble({ on: 'reads', kind: 'error', times: 1 });
    await expect(vendor.open().preview()).resolves.toHaveProperty('fingerprint');
    vendor.trouble({ on: 'reads', kind: 'error', times: 3 });
    expect(await failure(vendor.open().preview())).toMatchObject({ kind: 'unavailable' });
  });

  it('knows that nothing was sent when nobody listens', async () => {
    const { vendor, order } = stage();
    const given = await order();
    expect(await failure(vendor.open({ url: vendor.deadUrl }).start(given, inTime()))).toMatchObject({ kind: 'unavailable' });
  });

  it('follows no redirect', async () => {
    const { vendor, order } = stage();
    const given = await order();
    const location = vendor.url;
    const before = vendor.calls();
    const redirecting = await listenWith({ status: 307, location });
    try {
      const moved = vendor.open({ url: redirecting.url });
      expect(await failure(moved.start(given, inTime()))).toMatchObject({ kind: 'refused' });
      expect(await failure(moved.preview())).toMatchObject({ kind: 'refused' });
      expect(vendor.calls()).toBe(before);
    } finally {
      await redirecting.close();
    }
  });

  it('stays out of the private network unless that is allowed', async () => {
    const { vendor } = stage();
    const before = vendor.calls();
    const error = await failure(vendor.open({ allowPrivate: false }).preview());
    expect(error).toMatchObject({ kind: 'refused' });
    expect(error.message).toContain('allowPrivate');
    expect(vendor.calls()).toBe(before);
  });
}

async function listenWith({
  status,
  location,
}: {
  status: number;
  location: string;
}): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    response.writeHead(status, { location: `${location}${request.url ?? '/'}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}
