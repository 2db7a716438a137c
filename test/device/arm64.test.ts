import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Arm64, missingForArm64, openArm64 } from './arm64.js';
import { packDevice, type PackedDevice, root } from './packed.js';
import { type Ended, runProgram } from './run-program.js';

interface Answers {
  readonly scores: readonly number[];
  readonly distances: readonly number[];
  readonly boxes: readonly (readonly number[])[];
}
interface Computed {
  readonly arch: string;
  readonly nano: Answers;
  readonly 'nano-int8': Answers;
}

/** An emulated processor is slow, and this one may be busy. */
const patienceMs = 15 * 60_000;
const answersProgram = join(import.meta.dirname, 'answers.js');
const missing = missingForArm64();
const emulated = (title: string, run: (t: ExecutionContext) => Promise<void>): void => {
  if (missing !== null) {
    test.skip(`${title} (${missing})`, () => undefined);
    return;
  }
  test.serial(title, async (t) => {
    t.timeout(patienceMs);
    await run(t);
  });
};

let machine: Arm64 | undefined;
let packed: PackedDevice | undefined;
let answers: { readonly there: Computed; readonly here: Computed } | undefined;
test.after.always(async () => {
  await machine?.remove();
  await packed?.remove();
});

emulated('a device install for arm64 weighs less than 80 MB besides Node', async (t) => {
  packed = await packDevice('arm64');
  const megabytes = Number(/: ([\d.]+) MB besides Node/.exec(packed.output)?.[1]);
  t.true(megabytes > 30 && megabytes < 80, packed.output);
});

emulated('the package computes on an emulated arm64', async (t) => {
  machine = await openArm64();
  const there = computed(await machine.run(answersProgram, packed!.dir));
  const here = computed(await runProgram(process.execPath, [answersProgram, root]));
  answers = { there, here };
  t.is(there.arch, 'arm64');
});

// float sums come in another order; in 8 bits a rounding may fall to the other side
for (const [name, scoreTolerance, pixels] of [
  ['nano', 0.001, 0.05],
  ['nano-int8', 0.02, 2.5],
] as const) {
  emulated(
    `${name} answers on arm64 as here: scores within ${scoreTolerance}, distances within ${pixels} pixels`,
    (t) => {
      const { there, here } = answers!;
      t.is(there[name].scores.length, 256);
      const [scores, distances] = [
        worst(there[name].scores, here[name].scores),
        worst(there[name].distances, here[name].distances),
      ];
      t.true(scores <= scoreTolerance, `scores differ by ${scores}`);
      t.true(distances <= pixels, `distances differ by ${distances}`);
      return Promise.resolve();
    },
  );

  emulated(
    `${name} follows a target on arm64 along the boxes that it takes here, within ${pixels} pixels`,
    (t) => {
      const [there, here] = [answers!.there[name].boxes, answers!.here[name].boxes];
      t.is(there.length, 2);
      const off = worst(there.flat(), here.flat());
      t.true(off <= pixels, `boxes differ by ${off}`);
      return Promise.resolve();
    },
  );
}

emulated('the program and its native parts start on arm64', async (t) => {
  // from within the install: that is where packages are looked for
  const program = join(packed!.dir, 'native-parts.mjs');
  await writeFile(
    program,
    `import 'koffi'; import 'serialport'; import sharp from 'sharp';
    const red = { width: 4, height: 4, channels: 3, background: 'red' };
    console.log((await sharp({ create: red }).raw().toBuffer())[0]);`,
  );
  const native = await machine!.run(program);
  t.is(native.status, 0, native.stderr);
  t.is(native.stdout, '255\n');
  const help = await machine!.run(join(packed!.dir, 'dist/src/cli/main.js'), 'track', '--help');
  t.is(help.status, 0, help.stderr);
  t.regex(help.stdout, /follow one target/);
});

function computed({ status, stdout, stderr }: Ended): Computed {
  if (status !== 0) throw new Error(`answers.js ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as Computed;
}

function worst(a: readonly number[], b: readonly number[]): number {
  return a.length === b.length ? Math.max(...a.map((value, index) => Math.abs(value - b[index]!))) : Infinity;
}
