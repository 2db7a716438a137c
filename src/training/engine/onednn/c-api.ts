import type { LibraryHandle } from 'koffi';
import { TrainingError } from '../../../core/errors.js';
import { Status } from './constants.js';

/** Address of an object of the library, or of one of our buffers; 0 is the null pointer. */
export type Handle = number;
/** Buffers are passed as pointers to their first byte. */
export type Value = number | bigint | ArrayBufferView;
export type Call = (...values: Value[]) => void;

/** Parameter types. A handle is an address we hold as a number, a pointer is one of our buffers. */
export const HANDLE = 'uint64_t';
export const POINTER = 'void *';
export const INT = 'int';
export const FLOAT = 'float';

/** The functions that versions 2 and 3 share, but for two names. */
export function declareApi(library: LibraryHandle, major: 2 | 3) {
  const call = (name: string, parameters: string[]): Call => declare(library, name, parameters);
  return {
    engineCreate: call('dnnl_engine_create', [POINTER, INT, 'size_t']),
    engineDestroy: call('dnnl_engine_destroy', [HANDLE]),
    streamCreate: call('dnnl_stream_create', [POINTER, HANDLE, 'uint']),
    streamDestroy: call('dnnl_stream_destroy', [HANDLE]),
    descriptorWithTag: call(
      major === 3 ? 'dnnl_memory_desc_create_with_tag' : 'dnnl_memory_desc_init_by_tag',
      [POINTER, INT, POINTER, INT, INT],
    ),
    descriptorWithStrides: call(
      major === 3 ? 'dnnl_memory_desc_create_with_strides' : 'dnnl_memory_desc_init_by_strides',
      [POINTER, INT, POINTER, INT, POINTER],
    ),
    /** Descriptors of version 2 are memory of ours. */
    descriptorDestroy: major === 3 ? call('dnnl_memory_desc_destroy', [HANDLE]) : undefined,
    descriptorSize: library.func('dnnl_memory_desc_get_size', 'size_t', [HANDLE]) as (
      descriptor: Handle,
    ) => number,
    descriptorEqual: library.func('dnnl_memory_desc_equal', INT, [HANDLE, HANDLE]) as (
      a: Handle,
      b: Handle,
    ) => number,
    queryDescriptor: library.func('dnnl_primitive_desc_query_md', HANDLE, [HANDLE, INT, INT]) as (
      primitive: Handle,
      what: number,
      index: number,
    ) => number | bigint,
    query: call('dnnl_primitive_desc_query', [HANDLE, INT, INT, POINTER]),
    reorderDescriptor: call('dnnl_reorder_primitive_desc_create', [
      POINTER,
      HANDLE,
      HANDLE,
      HANDLE,
      HANDLE,
      HANDLE,
    ]),
    primitiveDescriptorDestroy: call('dnnl_primitive_desc_destroy', [HANDLE]),
    primitiveCreate: call('dnnl_primitive_create', [POINTER, HANDLE]),
    primitiveExecute: call('dnnl_primitive_execute', [HANDLE, HANDLE, INT, HANDLE]),
    primitiveDestroy: call('dnnl_primitive_destroy', [HANDLE]),
    memoryCreate: call('dnnl_memory_create', [POINTER, HANDLE, HANDLE, HANDLE]),
    memorySetAddress: call('dnnl_memory_set_data_handle', [HANDLE, HANDLE]),
    memoryDestroy: call('dnnl_memory_destroy', [HANDLE]),
  };
}

export type Api = ReturnType<typeof declareApi>;

/** A function whose result is a status: anything but success throws. */
export function declare(library: LibraryHandle, name: string, parameters: string[]): Call {
  const call = library.func(name, INT, parameters) as (...values: Value[]) => number;
  return (...values) => {
    const status = call(...values);
    if (status === Status.success) return;
    const meaning = status === Status.unimplemented ? ' (not implemented for these shapes and types)' : '';
    throw new TrainingError(`oneDNN: ${name} failed with status ${status}${meaning}`);
  };
}
