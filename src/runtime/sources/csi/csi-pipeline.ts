import { UsageError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import type { ChildCommand } from '../child/child-output.js';

export type CsiElement = 'nvarguscamerasrc' | 'libcamerasrc';

/**
 * The GStreamer pipeline that writes I420 frames to descriptor 3: nvarguscamerasrc chats on standard output.
 * Sources: NVIDIA, "Accelerated GStreamer" (nvarguscamerasrc, nvvidconv); libcamera, "Getting started" (libcamerasrc).
 * @throws UsageError when libcamera is asked for a camera by a number other than 0: it knows them by name.
 */
export function csiCommand(
  element: CsiElement,
  camera: string,
  { size, fps }: { readonly size: Size; readonly fps: number },
  display: string,
): ChildCommand {
  const caps = `width=${size.width},height=${size.height},framerate=${fraction(fps)}`;
  const packed = `video/x-raw,format=I420,width=${size.width},height=${size.height}`;
  const source =
    element === 'nvarguscamerasrc'
      ? [element, `sensor-id=${camera}`, '!', `video/x-raw(memory:NVMM),${caps}`, '!', 'nvvidconv']
      : [element, ...cameraName(camera, display), '!', `video/x-raw,${caps}`, '!', 'videoconvert'];
  // a leaky queue of one: when we are late, GStreamer drops the old frame too
  const queue = ['queue', 'max-size-buffers=1', 'leaky=downstream'];
  return {
    command: 'gst-launch-1.0',
    args: ['-q', ...source, '!', packed, '!', ...queue, '!', 'fdsink', 'fd=3', 'sync=false'],
    fd: 3,
    debianPackage: 'gstreamer1.0-tools',
  };
}

function cameraName(camera: string, display: string): string[] {
  if (camera === '0') return []; // libcamerasrc takes the first camera by itself
  if (/^\d+$/.test(camera)) {
    throw new UsageError(
      `source "${display}": camera: libcamera knows no number ${camera}; write its name as in csi:///base/soc/i2c0mux/i2c@1/imx219@10 (cam --list shows them)`,
    );
  }
  return [`camera-name=${camera}`];
}

function fraction(fps: number): string {
  return Number.isInteger(fps) ? `${fps}/1` : `${Math.round(fps * 1000)}/1000`;
}
