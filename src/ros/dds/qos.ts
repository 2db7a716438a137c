import type { QosProfile } from '../backend.js';
import type { DdsLibrary, Pointer } from './library.js';

/** Lends a DDS QoS that says the same. */
export function withQos<T>(
  library: DdsLibrary,
  { reliability, durability, depth, userData }: QosProfile & { readonly userData?: string | undefined },
  use: (qos: Pointer) => T,
): T {
  const qos = library.createQos();
  try {
    // a writer never waits for slow readers: the loop's time is worth more than any message
    library.setReliability(qos, reliability === 'reliable' ? 1 : 0, 0);
    library.setDurability(qos, durability === 'transient-local' ? 1 : 0);
    library.setHistory(qos, 0, depth); // keep last
    if (userData !== undefined) {
      const bytes = Buffer.from(userData);
      library.setUserData(qos, bytes, bytes.length);
    }
    return use(qos);
  } finally {
    library.deleteQos(qos);
  }
}
