import { join } from 'node:path';
import { parseSourceUri } from '../../sources/source-uri.js';
import { deviceError } from '../../sources/v4l2/device-error.js';
import { queryCapability } from '../../sources/v4l2/device-offers.js';
import { V4l2Device } from '../../sources/v4l2/device.js';
import { describeOffers } from '../../sources/v4l2/negotiate.js';
import { findings, type Check, type Finding } from '../finding.js';
import { names } from '../system-files.js';

const { ok, note, warning, problem } = findings('camera');

/** Every V4L2 device, what it offers, and the one that is configured. */
export const checkCameras: Check = {
  about: 'camera',
  examine: async ({ config, root }) => {
    const found = (await names(join(root, 'dev'))).filter((name) => /^video\d+$/.test(name));
    const configured = config ? parseSourceUri(config.source.uri) : null;
    const wanted = configured?.scheme === 'v4l2' ? configured.target : null;
    const paths = new Set([
      ...found.map((name) => join(root, 'dev', name)),
      ...(wanted === null ? [] : [wanted]),
    ]);
    if (paths.size === 0) {
      return [
        note('there is no /dev/video*', 'plug in a camera, then: dmesg | tail; network cameras need none'),
      ];
    }
    return [...paths].map((path) => examineDevice(path, path === wanted));
  },
};

function examineDevice(path: string, wanted: boolean): Finding {
  let device: V4l2Device | undefined;
  try {
    device = new V4l2Device(path);
    const { card, capturesVideo, multiPlanarOnly } = queryCapability(device);
    if (multiPlanarOnly) {
      const text = `${path}: ${card}: several planes of memory, which is not supported`;
      return wanted ? problem(text, 'use csi://0') : note(text, 'use csi://0');
    }
    // encoders, scalers and metadata have nodes of their own
    if (!capturesVideo) {
      const text = `${path}: ${card}: does not capture video`;
      return wanted ? problem(text, 'choose another of the devices listed here') : note(text);
    }
    return ok(`${path}: ${card}: ${describeOffers(device)}`);
  } catch (error) {
    const { message } = deviceError(error, path, path);
    const fix = fixFor(message, path);
    return wanted ? problem(message, fix) : warning(message, fix);
  } finally {
    device?.close();
  }
}

function fixFor(message: string, path: string): string {
  if (message.includes('permission denied')) return 'sudo usermod -aG video $USER, then log in again';
  if (message.includes('busy')) return `fuser -v ${path} names the program; end it`;
  if (message.includes('no such device'))
    return 'check the cable and the power of the USB port: dmesg | tail';
  return 'unplug it and plug it in again; dmesg | tail says what the kernel thinks';
}
