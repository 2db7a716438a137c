import test from 'ava';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// The planted file is not on disk, so the type-aware rules cannot look at it; the layers need no types.
const eslint = new ESLint({
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false } } },
  ],
});

const planted = test.macro({
  exec: async (t, filePath: string, code: string, rule: string | null) => {
    const [result] = await eslint.lintText(code, { filePath });
    const rules = result!.messages.map((message) => message.ruleId);
    t.deepEqual(rules, rule === null ? [] : [rule], JSON.stringify(result!.messages));
  },
  title: (_, filePath: string, code: string, rule: string | null) =>
    `lint ${rule === null ? 'allows' : 'refuses'} ${code.trim()} in ${filePath}`,
});

const zones = 'layers/zones';
test(planted, 'src/core/planted.ts', "export * from '../runtime/live/run-live.js';\n", zones);
test(planted, 'src/core/tracking/planted.ts', "import '../../training/fit.js';\n", zones);
test(planted, 'src/runtime/planted.ts', "await import('../training/fit.js');\n", zones);
test(planted, 'src/training/planted.ts', "import '../runtime/live/run-live.js';\n", zones);
test(planted, 'src/fleet/planted.ts', "import '../ros/node.js';\n", zones);
test(planted, 'src/ros/planted.ts', "import '../cli/program.js';\n", zones);
test(planted, 'src/runtime/planted.ts', "import '../../test/support/frames.js';\n", zones);
test(planted, 'src/cli/planted.ts', "import '../runtime/live/run-live.js';\n", null);
test(planted, 'src/training/planted.ts', "import '../core/errors.js';\n", null);
test(planted, 'src/core/planted.ts', "import 'node:fs';\n", 'no-restricted-imports');
test(planted, 'src/core/planted.ts', "import 'sharp';\n", 'no-restricted-imports');
test(planted, 'src/core/planted.ts', "import 'zod';\n", null);
test(planted, 'src/core/planted.ts', 'export const now = Date.now();\n', 'no-restricted-globals');
test(planted, 'src/core/planted.ts', 'export const dice = Math.random();\n', 'no-restricted-properties');
test(
  planted,
  'src/runtime/live/planted.ts',
  "import 'onnxruntime-node';\n",
  '@typescript-eslint/no-restricted-imports',
);
test(planted, 'src/runtime/inference/onnx-network.ts', "import 'onnxruntime-node';\n", null);
