import { UsageError } from '../../../core/errors.js';

/** Where a link leads, read from its URL. */
export type LinkTarget =
  | {
      readonly kind: 'serial';
      readonly path: string;
      readonly baudRate: number;
      /** RTS/CTS: needs the two more wires. */
      readonly hardwareFlow: boolean;
    }
  | { readonly kind: 'udpin' | 'udpout' | 'tcpout'; readonly host: string; readonly port: number };

/** Baud rate of a telemetry port of ArduPilot as it comes. */
const defaultBaudRate = 57_600;

const forms =
  'serial:///dev/ttyAMA0?baud=921600&flow=hardware, udpin://0.0.0.0:14550, udpout://HOST:14550 or tcpout://HOST:5760';

/** @throws UsageError for anything else than the four forms. */
export function parseLinkUrl(text: string): LinkTarget {
  const url = URL.canParse(text) ? new URL(text) : null;
  const kind = url?.protocol.slice(0, -1);
  if (url && kind === 'serial') return serialTarget(url, text);
  if (url && (kind === 'udpin' || kind === 'udpout' || kind === 'tcpout')) {
    const port = Number(url.port);
    const more =
      url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname) || url.username !== '';
    if (url.hostname === '' || url.port === '' || more) {
      throw new UsageError(`"${text}" must be ${kind}://HOST:PORT`);
    }
    return { kind, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
  }
  throw new UsageError(`"${text}" is no MAVLink link; write ${forms}`);
}

function serialTarget({ pathname, host, searchParams, hash }: URL, text: string): LinkTarget {
  const unknown = [...searchParams.keys()].find((key) => key !== 'baud' && key !== 'flow');
  if (unknown !== undefined)
    throw new UsageError(`"${text}": "${unknown}" is unknown; there are baud and flow`);
  if (host !== '' || hash !== '' || pathname.length < 2) {
    throw new UsageError(`"${text}" must be serial:///dev/NAME, with three slashes`);
  }
  const baudRate = Number(searchParams.get('baud') ?? defaultBaudRate);
  if (!Number.isInteger(baudRate) || baudRate < 1200 || baudRate > 4_000_000) {
    throw new UsageError(`"${text}": baud must be a whole number from 1200 to 4000000`);
  }
  const flow = searchParams.get('flow') ?? 'none';
  if (flow !== 'none' && flow !== 'hardware') {
    throw new UsageError(`"${text}": flow must be none or hardware`);
  }
  return { kind: 'serial', path: decodeURIComponent(pathname), baudRate, hardwareFlow: flow === 'hardware' };
}
