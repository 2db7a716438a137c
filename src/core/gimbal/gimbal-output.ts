import type { AttitudeReport, GimbalRates } from './gimbal-motion.js';

/**
 * - `unclaimed`: nobody asked for the gimbal yet, or no answer came.
 * - `ours`: it obeys us.
 * - `operator`: somebody else steers it; we keep our hands off.
 */
export type GimbalAuthority = 'unclaimed' | 'ours' | 'operator';

export interface GimbalOutputStatus {
  /** The gimbal answers. */
  readonly connected: boolean;
  readonly authority: GimbalAuthority;
  /** One line for a person: what was found, or what is missing. */
  readonly detail: string;
  readonly sent: number;
  /** Demands that could not be sent: no gimbal, no authority, no room. */
  readonly dropped: number;
  /** Attitude reports taken in. */
  readonly attitudes: number;
  /** Packets with a bad checksum, or that make no sense. */
  readonly damaged: number;
}

export interface GimbalListener {
  attitude?(report: AttitudeReport): void;
  authority?(authority: GimbalAuthority): void;
}

/** A gimbal that can be told to run at rates. Nothing here blocks or throws. */
export interface GimbalOutput extends AsyncDisposable {
  readonly name: string;
  /** Asks for the gimbal, and for its attitude. Once more: asks anew, also where an operator had it. */
  claim(): void;
  /** Sends rates now; the gimbal keeps them until the next. @returns false where they were dropped */
  command(rates: GimbalRates): boolean;
  /** Stops the gimbal where it is ours, and gives it back. */
  release(): void;
  /** @returns how to stop listening */
  listen(listener: GimbalListener): () => void;
  status(): GimbalOutputStatus;
  /** Releases; idempotent. */
  close(): Promise<void>;
}

/** The listeners of an output; one that throws does not disturb the others. */
export class GimbalListeners {
  readonly #listeners = new Set<GimbalListener>();

  add(listener: GimbalListener): () => void {
    const own = { ...listener };
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  attitude(report: AttitudeReport): void {
    this.#tell((listener) => listener.attitude?.(report));
  }

  authority(authority: GimbalAuthority): void {
    this.#tell((listener) => listener.authority?.(authority));
  }

  #tell(tell: (listener: GimbalListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch {
        // a listener's fault is its own
      }
    }
  }
}
