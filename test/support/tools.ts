import { spawnSync } from 'node:child_process';
import type { TestFn } from 'ava';

/** Whether a program is installed. */
export function hasTool(tool: string): boolean {
  return spawnSync(tool, ['-version'], { stdio: 'ignore' }).error === undefined;
}

/** `test` where the tool is installed; elsewhere its tests are skipped under titles that name the package, and its hooks left out. */
export function needing<Context>(test: TestFn<Context>, tool: string, aptPackage = tool): TestFn<Context> {
  if (hasTool(tool)) return test;
  const skip = (title: string): void => {
    test.skip(`${title} (needs ${tool}: apt-get install ${aptPackage})`, () => undefined);
  };
  const noHook = Object.assign(() => undefined, test.after, { always: () => undefined });
  const hooks = { before: noHook, after: noHook, beforeEach: noHook, afterEach: noHook };
  return Object.assign(skip, test, { serial: Object.assign(skip, hooks) }, hooks);
}
