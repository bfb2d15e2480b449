// What every rollback provider owes the house, whatever vendor is behind it. Run it against a stateful stand-in of that vendor.
import { afterAll, beforeAll, describe } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { observeContract } from './observe-contract.ts';
import { previewContract } from './preview-contract.ts';
import { refusalContract } from './refusal-contract.ts';
import { startContract } from './start-contract.ts';
import { versionOf, type Vendor } from './vendor.ts';

/** Runs the contract. */
export function testRollbackTarget(name: string, startVendor: () => Promise<Vendor>): void {
  describe(`${name} as a rollback target`, () => {
    let vendor: Vendor;
    let target: RollbackTarget;
    beforeAll(async () => {
      vendor = await startVendor();
      target = vendor.open();
    });
    afterAll(() => vendor.stop());

    const order = async (to?: string): Promise<Order> => ({
      operationId: randomUUID(),
      to: await versionOf(target, to),
      reason: 'contract',
    });

    describe('before anything is changed', () => {
      previewContract(() => ({ vendor, target }));
    });
    describe('starting', () => {
      startContract(() => ({ vendor, target, order }));
    });
    describe('when the vendor says no', () => {
      refusalContract(() => ({ vendor, order }));
    });
    describe('watching', () => {
      observeContract(() => ({ vendor, target, order }));
    });
  });
}
