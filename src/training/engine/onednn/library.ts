import koffi, { type LibraryHandle } from 'koffi';
import { TrainingError } from '../../../core/errors.js';
import { ISA_AMX, ISA_BF16 } from './constants.js';

/** The shared library, loaded for good. */
export interface OneDnnLibrary {
  readonly handle: LibraryHandle;
  readonly fileName: string;
  readonly version: { readonly major: 2 | 3; readonly minor: number; readonly patch: number };
  /** bf16 is arithmetic of the processor. Without it the library emulates, ten times slower. */
  readonly hasBf16: boolean;
  readonly hasAmx: boolean;
  /** dnnl_cpu_isa_t. */
  readonly isa: number;
}

const OPENMP = 'libgomp.so.1';
/** RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE */
const PINNED = 0x2 | 0x100 | 0x1000;
const NEWEST_MINOR_OF_3 = 15;
/** Scale and shift as separate arguments of batch normalisation are relied on. */
const OLDEST_MINOR_OF_2 = 5;

/**
 * Loads oneDNN 2.5 to 3.x, the newest there is, and sets its number of threads.
 * @throws TrainingError naming the packages when there is none.
 */
export function loadOneDnn(threads: number): OneDnnLibrary {
  const fileName = pin(libraryNames());
  if (fileName === undefined) {
    throw new TrainingError(
      'oneDNN is not installed (Debian and Ubuntu: apt-get install libdnnl3.6 or libdnnl2)',
    );
  }
  // The library asks OpenMP when the first primitive is made, and keeps the answer.
  if (pin([OPENMP]) !== undefined) setOpenMpThreads(threads);
  const handle = koffi.load(fileName);
  const version = readVersion(handle);
  const isa = (handle.func('dnnl_get_effective_cpu_isa', 'int', []) as () => number)();
  return {
    handle,
    fileName,
    version,
    isa,
    hasBf16: has(isa, ISA_BF16),
    hasAmx: has(isa, ISA_AMX[version.major]),
  };
}

function libraryNames(): string[] {
  const minors = Array.from({ length: NEWEST_MINOR_OF_3 + 1 }, (_, i) => NEWEST_MINOR_OF_3 - i);
  return ['libdnnl.so.3', ...minors.map((minor) => `libdnnl.so.3.${minor}`), 'libdnnl.so.2'];
}

/**
 * Loads the first library there is, never to be unloaded: koffi closes its libraries at exit while OpenMP's threads
 * still run their code, which is a segmentation fault on the way out.
 */
function pin(names: readonly string[]): string | undefined {
  const dlopen = koffi.load(null).func('dlopen', 'void *', ['str', 'int']) as (
    name: string,
    flags: number,
  ) => unknown;
  return names.find((name) => Boolean(dlopen(name, PINNED)));
}

function setOpenMpThreads(threads: number): void {
  const set = koffi.load(OPENMP).func('omp_set_num_threads', 'void', ['int']) as (threads: number) => void;
  set(threads);
}

function readVersion(handle: LibraryHandle): OneDnnLibrary['version'] {
  const pointer = (handle.func('dnnl_version', 'void *', []) as () => unknown)();
  const [major, minor, patch] = koffi.decode(pointer, koffi.array('int', 3, 'Array')) as [
    number,
    number,
    number,
  ];
  if ((major === 2 && minor >= OLDEST_MINOR_OF_2) || major === 3) return { major, minor, patch };
  throw new TrainingError(`oneDNN ${major}.${minor} is not supported: 2.${OLDEST_MINOR_OF_2} to 3.x is`);
}

/** The bits have this meaning on x64 only. */
function has(isa: number, bits: number): boolean {
  return process.arch === 'x64' && (isa & bits) === bits;
}
