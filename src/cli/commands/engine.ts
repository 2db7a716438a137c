import { Command } from 'commander';
import { TagalongError, UsageError } from '../../core/errors.js';
import type { EnginePrecision } from '../../runtime/engine/trtexec.js';
import { interruptSignal } from '../interrupt.js';
import { ElapsedLine } from '../parse/elapsed-line.js';

interface Options {
  readonly engines?: string;
  readonly trtexec: string;
  readonly precision: EnginePrecision | null;
  readonly force?: boolean;
}

/** Where JetPack puts it. */
const jetpackTrtexec = '/usr/src/tensorrt/bin/trtexec';

/** `tagalong engine build MODEL`: TensorRT engines of this machine. */
export function engineCommand(): Command {
  const build = new Command('build')
    .description('build the TensorRT engines of a model for this GPU, and check them against the CPU')
    .argument('<model>', 'folder of a float model, or the folder trt of one in 8 bits')
    .option('--engines <dir>', 'folder of the engines of this machine (default: where they are looked for)')
    .option('--trtexec <file>', 'the builder that comes with TensorRT', jetpackTrtexec)
    .option(
      '--precision <kind>',
      'fp32, fp16 or int8 (default: int8 for a folder trt, else fp16)',
      parsePrecision,
      null,
    )
    .option('--force', 'build even where there is an engine for this GPU and version')
    .action(runBuild);
  return new Command('engine').description('TensorRT engines for NVIDIA GPUs').addCommand(build);
}

async function runBuild(model: string, { engines, force = false, ...options }: Options): Promise<void> {
  // loaded here: `--help` does without
  const { buildEngine } = await import('../../runtime/engine/build-engine.js');
  const { checkEngine } = await import('../../runtime/engine/check-engine.js');
  const { defaultEngineFolder } = await import('../../runtime/engine/find-engines.js');
  const { env: environment } = process;
  using interrupt = interruptSignal();
  using line = new ElapsedLine(process.stderr);
  let built;
  try {
    built = await buildEngine({
      ...options,
      model,
      force,
      engines: engines ?? defaultEngineFolder(environment),
      signal: interrupt.signal,
      check: checkEngine,
      onProgress: (step, detail) => {
        line.show(step, detail);
      },
    });
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
    throw new TagalongError('interrupted', { cause });
  }
  line.end();
  const { gpu, computeCapability, tensorrt, precision, checked } = built.record;
  const what = `${precision} for ${gpu} (${computeCapability}), TensorRT ${tensorrt}`;
  console.log(built.built ? `built ${what}: ${built.dir}` : `${what} is there already: ${built.dir}`);
  if (built.built && !checked) {
    console.log(
      'not compared with the CPU: this onnxruntime has no TensorRT; it is compared when it is loaded (see docs/jetson.md)',
    );
  }
}

function parsePrecision(text: string): EnginePrecision {
  if (text === 'fp32' || text === 'fp16' || text === 'int8') return text;
  throw new UsageError(`--precision "${text}": must be fp32, fp16 or int8`);
}
