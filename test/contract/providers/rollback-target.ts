// What every rollback provider owes the house, whatever vendor is behind it. Run it against a stateful stand-in of that vendor.
import { afterAll, beforeAll, describe } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { accessContract } from './access-contract.ts';
import { cancelContract } from './cancel-contract.ts';
import { effectContract } from './effect-contract.ts';
import { observeContract } from './observe-contract.ts';
import { previewContract } from './preview-contract.ts';
import { refusalContract } from './refusal-contract.ts';
import { startContract } from './start-contract.ts';
import { versionOf, type RunVendor, type Stage, type Vendor } from './vendor.ts';

/** Runs the contract of all providers. */
export function testRollbackTarget(name: string, startVendor: () => Promise<Vendor>): void {
  describe(`${name} as a rollback target`, () => {
    const stage = stageOf(startVendor);
    describe('its credentials', () => {
      accessContract(stage);
    });
    describe('its effect', () => {
      effectContract(stage);
    });
    describe('being stopped', () => {
      cancelContract(stage);
    });
    describe('when the vendor says no', () => {
      refusalContract(stage);
    });
  });
}

/** Runs what holds besides for vendors with a history of versions and runs to watch. */
export function testRunTarget(name: string, startVendor: () => Promise<RunVendor>): void {
  describe(`${name} as a target with runs`, () => {
    const stage = stageOf(startVendor);
    describe('before anything is changed', () => {
      previewContract(stage);
    });
    describe('starting', () => {
      startContract(stage);
    });
    describe('watching', () => {
      observeContract(stage);
    });
  });
}

function stageOf<V extends Vendor>(startVendor: () => Promise<V>): () => Stage<V> {
  let vendor: V;
  let target: RollbackTarget;
  beforeAll(async () => {
    vendor = await startVendor();
    target = vendor.open();
  });
  afterAll(() => vendor.stop());

  const order = async (to?: string): Promise<Order> => ({
    operationId: randomUUID(),
    to: await versionOf(target, to ?? vendor.states.to),
    reason: 'contract',
  });
  return () => ({ vendor, target, order });
}
