/** A wire to one device: bytes go out, bytes come in. What cannot go out now is dropped: a late rate is a wrong rate. */
export interface ByteLink extends AsyncDisposable {
  /** For people. */
  readonly detail: string;
  /** @returns false where the bytes were dropped */
  write(bytes: Uint8Array): boolean;
  /** Called with whatever came in; the bytes are valid during the call alone. @returns how to stop listening */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
  /** Called whenever the link has come up (again). @returns how to stop listening */
  onOpen(listener: () => void): () => void;
  /** Idempotent. */
  close(): Promise<void>;
}
