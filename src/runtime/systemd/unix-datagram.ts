import koffi from 'koffi';

// Node has no datagrams over Unix sockets. The process's own symbols: the same libc that Node runs on.
const libc = koffi.load(null);
const nativeSocket = libc.func('int socket(int domain, int type, int protocol)') as (
  domain: number,
  type: number,
  protocol: number,
) => number;
const nativeSendto = libc.func(
  'long sendto(int fd, const void *bytes, size_t length, int flags, const void *address, uint32_t addressLength)',
) as (
  fd: number,
  bytes: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  addressLength: number,
) => number;
const nativeClose = libc.func('int close(int fd)') as (fd: number) => number;

const unix = 1; // AF_UNIX
const datagram = 2 | 0o2000000; // SOCK_DGRAM | SOCK_CLOEXEC
const quietly = 0x4000 | 0x40; // MSG_NOSIGNAL | MSG_DONTWAIT
const longestPath = 107;

/**
 * Sends one datagram to a Unix socket: a path, or with a leading `@` a name in the abstract namespace. Does not block.
 * @returns whether it was sent.
 */
export function sendDatagram(path: string, text: string): boolean {
  const name = Buffer.from(path);
  if (name.length > longestPath) return false;
  const fd = nativeSocket(unix, datagram, 0);
  if (fd < 0) return false;
  try {
    const bytes = Buffer.from(text);
    const address = socketAddress(name);
    return nativeSendto(fd, bytes, bytes.length, quietly, address, address.length) === bytes.length;
  } finally {
    nativeClose(fd);
  }
}

/** struct sockaddr_un: the family in the machine's byte order, then the path. */
function socketAddress(name: Buffer): Buffer {
  const abstract = name[0] === 0x40;
  const address = Buffer.alloc(2 + name.length + (abstract ? 0 : 1)); // a path ends with a zero
  address.writeUInt16LE(unix); // every machine we run on is little-endian
  name.copy(address, 2);
  if (abstract) address[2] = 0;
  return address;
}
