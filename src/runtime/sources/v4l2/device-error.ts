import { readdirSync } from 'node:fs';
import { SourceError, TagalongError } from '../../../core/errors.js';
import { SystemCallError } from './libc.js';

/** Says what a failed system call means for a person; our own errors pass through. */
export function deviceError(error: unknown, display: string, path: string): Error {
  if (error instanceof TagalongError) return error;
  if (!(error instanceof SystemCallError))
    return new SourceError(`${display}: ${String(error)}`, { cause: error });
  return new SourceError(`${display}: ${meaning(error, path)}`, { cause: error });
}

function meaning({ code, message }: SystemCallError, path: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENXIO':
    case 'ENOTDIR':
      return `no such device; ${presentCameras()}`;
    case 'ENODEV':
    case 'EIO':
      return `the device is gone or failed (${message})`;
    case 'EACCES':
    case 'EPERM':
      return `permission denied: cameras belong to the group "video"; add yourself with: sudo usermod -aG video $USER, then log in again`;
    case 'EBUSY':
      return `the device is busy: another program is using it (fuser -v ${path} names it)`;
    case 'ENOTTY':
    case 'EINVAL':
      return `not a V4L2 video capture device (${message})`;
    default:
      return message;
  }
}

function presentCameras(): string {
  const names = readdirSync('/dev').filter((name) => /^video\d+$/.test(name));
  return names.length > 0
    ? `there are ${names.map((name) => `/dev/${name}`).join(', ')}`
    : 'there is no /dev/video*';
}
