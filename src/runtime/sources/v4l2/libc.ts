import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

/** A system call that failed; `code` is the name of its errno. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${call}: ${code}`);
    this.code = code;
  }
}

// The process's own symbols, not libc.so by name: this also works where libc is another, or a library is preloaded.
const libc = koffi.load(null);
const nativeOpen = libc.func('int open(const char *path, int flags)') as (
  path: string,
  flags: number,
) => number;
const nativeClose = libc.func('int close(int fd)') as (fd: number) => number;
const nativeIoctl = libc.func('int ioctl(int fd, unsigned long request, void *argument)') as (
  fd: number,
  request: number,
  argument: Uint8Array,
) => number;
const nativeMmap = libc.func(
  'void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset)',
) as (
  address: null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => unknown;
const nativeMunmap = libc.func('int munmap(void *address, size_t length)') as (
  address: unknown,
  length: number,
) => number;

const openFlags = 0o2 | 0o4000 | 0o2000000; // O_RDWR | O_NONBLOCK | O_CLOEXEC
const readWrite = 1 | 2; // PROT_READ | PROT_WRITE
const shared = 1; // MAP_SHARED
const mapFailed = 0xffff_ffff_ffff_ffffn;

/** Opens for reading and writing, non-blocking. @throws SystemCallError */
export function openDevice(path: string): number {
  const fd = retry(() => nativeOpen(path, openFlags));
  if (fd < 0) throw new SystemCallError(`open ${path}`, koffi.errno());
  return fd;
}

export function closeDevice(fd: number): void {
  nativeClose(fd);
}

/** Calls ioctl on a struct, in place. @throws SystemCallError named after `call`. */
export function ioctl(fd: number, call: string, request: number, argument: DataView): void {
  const bytes = new Uint8Array(argument.buffer, argument.byteOffset, argument.byteLength);
  if (retry(() => nativeIoctl(fd, request, bytes)) < 0) throw new SystemCallError(call, koffi.errno());
}

/** Memory of a device seen as an ArrayBuffer, without a copy. */
export interface Mapping {
  readonly buffer: ArrayBuffer;
  /** Idempotent. Views of the buffer must not be touched any more: the memory is gone. */
  unmap(): void;
}

/** Maps device memory. @throws SystemCallError */
export function mapDevice(fd: number, length: number, offset: number): Mapping {
  const address = nativeMmap(null, length, readWrite, shared, fd, offset);
  if (address === mapFailed) throw new SystemCallError('mmap', koffi.errno());
  const buffer = koffi.view(address, length);
  let mapped = true;
  return {
    buffer,
    unmap: () => {
      if (!mapped) return;
      mapped = false;
      nativeMunmap(address, length);
    },
  };
}

/** Where memory lies in this process. It must not be of the kind V8 moves: views of SharedArrayBuffers are not. */
export function addressOf(memory: Uint8Array): bigint {
  return koffi.address(memory);
}

export type Readiness = 'ready' | 'fault' | 'aborted' | 'timeout';

/** Waits on the event loop (epoll) for a descriptor to have something to read. */
export class ReadableWait {
  readonly #handle: ReturnType<typeof koffi.node.poll>;

  constructor(fd: number) {
    this.#handle = koffi.node.poll(fd, () => undefined);
    this.#handle.stop();
  }

  /** Calls do not overlap. `fault` is an error condition of the descriptor; the next call on it says which. */
  wait(signal: AbortSignal, timeoutMs: number): Promise<Readiness> {
    return new Promise((resolve) => {
      const settle = (outcome: Readiness): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#handle.stop();
        resolve(outcome);
      };
      const abort = (): void => {
        settle('aborted');
      };
      const timer = setTimeout(settle, timeoutMs, 'timeout');
      signal.addEventListener('abort', abort, { once: true });
      // koffi hands libuv's status first, whatever its types say
      const ready = ((status: number): void => {
        settle(status < 0 ? 'fault' : 'ready');
      }) as unknown as () => void;
      this.#handle.start({ readable: true, disconnect: true }, ready);
      if (signal.aborted) abort();
    });
  }

  close(): void {
    this.#handle.close();
  }
}

/** Repeats a call that a signal interrupted. */
function retry(call: () => number): number {
  for (;;) {
    const result = call();
    if (result >= 0 || koffi.errno() !== koffi.os.errno['EINTR']) return result;
  }
}
