import { SourceError, UsageError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import type { FrameSource } from '../../../core/ports/frame-source.js';
import { startChild } from '../child/child-output.js';
import { judgeLive } from '../child/judge-live.js';
import { openLive } from '../child/open-live.js';
import type { OpenSourceOptions } from '../open-source.js';
import { csiCommand, type CsiElement } from './csi-pipeline.js';

/**
 * Opens a camera on the CSI connector through a GStreamer child: `nvarguscamerasrc` (Jetson) or `libcamerasrc`
 * (Raspberry Pi and others), whichever is installed. `camera` is a number, or for libcamera a name (`cam --list`).
 *
 * Live: only the newest frame is kept. Frames are yuv420p, 1280x720 at 30 a second unless asked otherwise.
 * Not verified on a camera: the pipelines follow NVIDIA's and libcamera's documentation.
 * @throws UsageError for a size that GStreamer would pad. @throws SourceError when GStreamer, the element or the camera fails.
 */
export async function openCsi(
  camera: string,
  display: string,
  options: OpenSourceOptions = {},
): Promise<FrameSource> {
  const { size = { width: 1280, height: 720 }, fps = 30, signal } = options;
  checkSize(size, display);
  const element = await findElement(display, signal);
  const child = csiCommand(element, camera, { size, fps }, display);
  const detail = `${element} through GStreamer, times taken on arrival`;
  return openLive(
    {
      ...size,
      child,
      format: 'yuv420p',
      description: { uri: display, ...size, format: 'yuv420p', fps, live: true, detail },
      judge: judgeLive(display, 'gst-launch-1.0'),
    },
    options,
  );
}

/** GStreamer pads rows to 4 bytes; chroma rows are half as long. */
function checkSize({ width, height }: Size, display: string): void {
  if (width % 8 === 0 && height % 2 === 0) return;
  throw new UsageError(
    `source "${display}": size: ${width}x${height}: csi needs a width that 8 divides and an even height`,
  );
}

const elements: readonly CsiElement[] = ['nvarguscamerasrc', 'libcamerasrc'];

async function findElement(display: string, signal: AbortSignal | undefined): Promise<CsiElement> {
  for (const element of elements) {
    signal?.throwIfAborted();
    const child = startChild({
      command: 'gst-inspect-1.0',
      args: ['--exists', element],
      debianPackage: 'gstreamer1.0-tools',
    });
    child.data.resume();
    const { code } = await child.exit;
    if (code === 0) return element;
  }
  throw new SourceError(
    `${display}: GStreamer has neither nvarguscamerasrc (in NVIDIA's package nvidia-l4t-gstreamer) nor libcamerasrc (in the Debian package gstreamer1.0-libcamera)`,
  );
}
