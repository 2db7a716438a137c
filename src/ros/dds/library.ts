import koffi, { type LibraryHandle } from 'koffi';
import { UsageError } from '../../core/errors.js';

/** A DDS entity (domain, participant, topic, reader, writer): positive, or a negative error. */
export type Entity = number;
/** A pointer that only the library reads. */
export type Pointer = unknown;

/** CycloneDDS's C API (0.9 and newer), as far as it is used. */
export interface DdsLibrary {
  readonly fileName: string;
  createDomain(id: number, configuration: string): Entity;
  createParticipant(domain: number, qos: Pointer, listener: null): Entity;
  createTopic(participant: Entity, descriptor: object, name: string, qos: null, listener: null): Entity;
  createReader(participant: Entity, topic: Entity, qos: Pointer, listener: null): Entity;
  createWriter(participant: Entity, topic: Entity, qos: Pointer, listener: null): Entity;
  delete(entity: Entity): number;
  getGuid(entity: Entity, guid: Uint8Array): number;
  write(writer: Entity, sample: Uint8Array): number;
  takeCdr(reader: Entity, out: [Pointer], count: number, info: Uint8Array, mask: number): number;
  serdataSize(serdata: Pointer): number;
  serdataBytes(serdata: Pointer, offset: number, size: number, bytes: Uint8Array): void;
  serdataUnref(serdata: Pointer): void;
  offeredIncompatibleQos(writer: Entity, status: Uint32Array): number;
  requestedIncompatibleQos(reader: Entity, status: Uint32Array): number;
  publicationMatched(writer: Entity, status: Uint32Array): number;
  subscriptionMatched(reader: Entity, status: Uint32Array): number;
  createWaitset(participant: Entity): Entity;
  createReadCondition(reader: Entity, mask: number): Entity;
  createGuardCondition(participant: Entity): Entity;
  setGuardCondition(condition: Entity, triggered: boolean): number;
  attach(waitset: Entity, entity: Entity, tag: number): number;
  /** Waits in a thread of the pool. @returns how many have triggered; 0: time is up. */
  wait(waitset: Entity, timeoutNs: number): Promise<number>;
  createQos(): Pointer;
  deleteQos(qos: Pointer): void;
  setReliability(qos: Pointer, kind: number, maxBlockingNs: number): void;
  setDurability(qos: Pointer, kind: number): void;
  setHistory(qos: Pointer, kind: number, depth: number): void;
  setUserData(qos: Pointer, bytes: Uint8Array, length: number): void;
  errorText(code: number): string;
}

/** Bytes of dds_sample_info_t, and where `valid_data` lies in it. */
export const sampleInfo = { bytes: 64, validData: 12 } as const;

/** DDS_ANY_STATE. */
export const anyState = 127;

const fileNames = ['libddsc.so.0debian', 'libddsc.so.0', 'libddsc.so.11', 'libddsc.so'];

/**
 * Loads CycloneDDS, for good.
 * @throws UsageError naming the package when there is none.
 */
export function loadDds(names: readonly string[] = fileNames): DdsLibrary {
  const fileName = pin(names);
  if (fileName === undefined) {
    throw new UsageError(
      'CycloneDDS (libddsc) is not installed (Debian: apt-get install libddsc0debian; Ubuntu: libddsc0t64; ' +
        'with ROS 2: ros-<distro>-rmw-cyclonedds-cpp, sourced)',
    );
  }
  return bind(koffi.load(fileName), fileName);
}

/** RTLD_NOW | RTLD_NODELETE: koffi unloads at exit, when DDS's threads may still run the library's code. */
const pinned = 0x2 | 0x1000;

function pin(names: readonly string[]): string | undefined {
  const dlopen = koffi.load(null).func('dlopen', 'void *', ['str', 'int']) as (
    name: string,
    flags: number,
  ) => unknown;
  return names.find((name) => Boolean(dlopen(name, pinned)));
}

/** koffi does not export what it is an array of. */
type ParameterTypes = Parameters<LibraryHandle['func']>[3];

function bind(handle: LibraryHandle, fileName: string): DdsLibrary {
  const typeMeta = koffi.struct({ data: 'void *', size: 'uint32' });
  const descriptor = koffi.struct({
    ...{ size: 'uint32', align: 'uint32', flags: 'uint32', keyCount: 'uint32' },
    ...{ typeName: 'str', keys: 'void *', operationCount: 'uint32', operations: 'uint32 *', meta: 'str' },
    ...{ information: typeMeta, mapping: typeMeta, representations: 'uint32' },
  });
  const opaque = 'void *';
  const func = (name: string, result: string, given: ParameterTypes) => handle.func(name, result, given);
  const wait = func('dds_waitset_wait', 'int', ['int', opaque, 'size_t', 'int64']);
  return {
    fileName,
    createDomain: func('dds_create_domain', 'int', ['uint32', 'str']),
    createParticipant: func('dds_create_participant', 'int', ['uint32', opaque, opaque]),
    createTopic: func('dds_create_topic', 'int', ['int', koffi.pointer(descriptor), 'str', opaque, opaque]),
    createReader: func('dds_create_reader', 'int', ['int', 'int', opaque, opaque]),
    createWriter: func('dds_create_writer', 'int', ['int', 'int', opaque, opaque]),
    delete: func('dds_delete', 'int', ['int']),
    getGuid: func('dds_get_guid', 'int', ['int', opaque]),
    write: func('dds_write', 'int', ['int', opaque]),
    takeCdr: func('dds_takecdr', 'int', ['int', koffi.out('void **'), 'uint32', opaque, 'uint32']),
    serdataSize: func('ddsi_serdata_size', 'uint32', [opaque]),
    serdataBytes: func('ddsi_serdata_to_ser', 'void', [opaque, 'size_t', 'size_t', opaque]),
    serdataUnref: func('ddsi_serdata_unref', 'void', [opaque]),
    offeredIncompatibleQos: func('dds_get_offered_incompatible_qos_status', 'int', ['int', opaque]),
    requestedIncompatibleQos: func('dds_get_requested_incompatible_qos_status', 'int', ['int', opaque]),
    publicationMatched: func('dds_get_publication_matched_status', 'int', ['int', opaque]),
    subscriptionMatched: func('dds_get_subscription_matched_status', 'int', ['int', opaque]),
    createWaitset: func('dds_create_waitset', 'int', ['int']),
    createReadCondition: func('dds_create_readcondition', 'int', ['int', 'uint32']),
    createGuardCondition: func('dds_create_guardcondition', 'int', ['int']),
    setGuardCondition: func('dds_set_guardcondition', 'int', ['int', 'bool']),
    attach: func('dds_waitset_attach', 'int', ['int', 'int', 'intptr_t']),
    wait: (waitset, timeoutNs) =>
      new Promise((resolve, reject) => {
        wait.async(waitset, null, 0, timeoutNs, (error: Error | null, triggered: number) => {
          if (error) reject(error);
          else resolve(triggered);
        });
      }),
    createQos: func('dds_create_qos', opaque, []),
    deleteQos: func('dds_delete_qos', 'void', [opaque]),
    setReliability: func('dds_qset_reliability', 'void', [opaque, 'int', 'int64']),
    setDurability: func('dds_qset_durability', 'void', [opaque, 'int']),
    setHistory: func('dds_qset_history', 'void', [opaque, 'int', 'int32']),
    setUserData: func('dds_qset_userdata', 'void', [opaque, opaque, 'size_t']),
    errorText: func('dds_strretcode', 'str', ['int']),
  };
}
