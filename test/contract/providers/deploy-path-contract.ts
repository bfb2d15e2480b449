import { expect, it } from '@jest/globals';
import type { DeployPath } from '../../../src/ports.ts';
import { failure } from './vendor.ts';

/** The vendor's side of its deploy path. */
export interface DeployPathVendor {
  path: DeployPath;
  /** By the vendor's own books. */
  isOpen: () => boolean;
  /** Tries to deploy past us. @returns whether the vendor let it through */
  deploys: () => Promise<boolean>;
  /** What goes wrong with the next order to close or open. */
  trouble: (kind: 'refused' | 'error' | 'accepted-then-error' | 'accepted-then-cut') => void;
  /** Orders to close or open that arrived. */
  orders: () => number;
}

/** What a way by which new versions get deployed owes a freeze. */
export function deployPathContract(stage: () => DeployPathVendor): void {
  it('has a name that a person recognises', () => expect(stage().path.name.length).toBeGreaterThan(3));

  it('closes, lets nothing new through, and opens again', async () => {
    const { path, isOpen, deploys } = stage();
    expect(await path.state()).toBe('open');
    await path.close();
    expect([await path.state(), isOpen(), await deploys()]).toEqual(['closed', false, false]);
    await path.open();
    expect([await path.state(), isOpen(), await deploys()]).toEqual(['open', true, true]);
  });

  it('may be closed and opened twice; the second order is not even sent', async () => {
    const { path, isOpen, orders } = stage();
    const before = orders();
    await path.close();
    await path.close();
    expect([isOpen(), orders() - before]).toEqual([false, 1]);
    await path.open();
    await path.open();
    expect([isOpen(), orders() - before]).toEqual([true, 2]);
  });

  it.each(['accepted-then-error', 'accepted-then-cut'] as const)('finds out by itself that an order was carried out: %s', async (kind) => {
    const { path, isOpen, trouble, orders } = stage();
    const before = orders();
    trouble(kind);
    await path.close();
    expect(isOpen()).toBe(false);
    trouble(kind);
    await path.open();
    expect([isOpen(), orders() - before]).toEqual([true, 2]);
  });

  it('says that it is unknown when the answer is lost and nothing happened, and another try closes it', async () => {
    const { path, isOpen, trouble, orders } = stage();
    const before = orders();
    trouble('error');
    expect(await failure(path.close())).toMatchObject({ name: 'ProviderError', kind: 'unknown' });
    expect([isOpen(), orders() - before]).toEqual([true, 1]);
    await path.close();
    expect(isOpen()).toBe(false);
    await path.open();
  });

  it('passes on that it is not allowed to', async () => {
    const { path, isOpen, trouble } = stage();
    trouble('refused');
    expect(await failure(path.close())).toMatchObject({ name: 'ProviderError', kind: 'unauthorized' });
    expect(isOpen()).toBe(true);
  });
}
