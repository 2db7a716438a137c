import assert from 'node:assert/strict';
import { register } from 'node:module';
import type { ExecutionContext, TestFn } from 'ava';
import type { FrameSource } from '../../../src/core/ports/frame-source.js';

export interface ContractResult {
  readonly title: string;
  readonly failure?: string;
}

/** Runs the contract of frame sources without AVA: the program is preloaded with a camera, which AVA's workers are not. */
export async function runContract(name: string, open: () => Promise<FrameSource>): Promise<ContractResult[]> {
  const frameSourceContract = await importContract();
  const declared: { title: string; body: (t: ExecutionContext) => Promise<void> }[] = [];
  const declare = (title: string, body: (t: ExecutionContext) => Promise<void>): void => {
    declared.push({ title, body });
  };
  frameSourceContract(declare as unknown as TestFn, name, { open });
  const results: ContractResult[] = [];
  for (const { title, body } of declared) {
    const failure = await body(assertions).then(() => undefined, String);
    results.push(failure === undefined ? { title } : { title, failure });
  }
  return results;
}

/** AVA refuses to be loaded outside its workers, and the contract needs only its types. */
async function importContract() {
  const hook = `export const resolve = (specifier, context, next) =>
    specifier === 'ava' ? { url: 'data:text/javascript,', shortCircuit: true } : next(specifier, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
  const { frameSourceContract } = await import('../../contracts/frame-source.contract.js');
  return frameSourceContract;
}

/** The assertions the contract uses. */
const assertions = {
  is: (actual: unknown, expected: unknown) => {
    assert.equal(actual, expected);
  },
  not: (actual: unknown, expected: unknown) => {
    assert.notEqual(actual, expected);
  },
  true: (actual: unknown) => {
    assert.equal(actual, true);
  },
  pass: () => undefined,
  throwsAsync: async (promise: Promise<unknown>) => {
    await assert.rejects(promise);
  },
} as unknown as ExecutionContext;
