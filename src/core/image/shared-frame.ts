import type { Frame } from './frame.js';

/** A frame with several owners: its buffers are given back when the last share is disposed. */
export interface SharedFrame extends Frame {
  /** Another share of the same pixels, to be disposed on its own. @throws Error when this one is disposed already. */
  share(): SharedFrame;
}

/** Takes `frame` over. The result is the first share. */
export function shareFrame(frame: Frame): SharedFrame {
  let owners = 0;
  const share = (): SharedFrame => {
    owners += 1;
    let open = true;
    return {
      format: frame.format,
      width: frame.width,
      height: frame.height,
      fullRange: frame.fullRange ?? false,
      capturedAtNs: frame.capturedAtNs,
      sequence: frame.sequence,
      ...(frame.encoded && { encoded: frame.encoded }),
      get planes() {
        return open ? frame.planes : [];
      },
      share: () => {
        if (!open) throw new Error(`frame ${frame.sequence}: shared after it was disposed`);
        return share();
      },
      dispose: () => {
        if (!open) return;
        open = false;
        owners -= 1;
        if (owners === 0) frame.dispose();
      },
    };
  };
  return share();
}
