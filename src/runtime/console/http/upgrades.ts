import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { isOwnHost, isSameOrigin } from '../access/request-checks.js';
import type { Session } from '../access/sessions.js';

export interface UpgradeOptions {
  readonly hosts: readonly string[];
  readonly sessionOf: (request: IncomingMessage) => Session | null;
  /** Whether there is room for one more. */
  readonly hasRoom: () => boolean;
  readonly onSocket: (socket: WebSocket, session: Session, request: IncomingMessage) => void;
}

/** A page's messages are short. */
const mostPayloadBytes = 16 << 10;

/** Lets WebSockets in at `/socket`: from the console's own page, under its own name, with a login. */
export function acceptSockets(server: Server, options: UpgradeOptions): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: mostPayloadBytes,
    perMessageDeflate: false, // JPEG is compressed already
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined); // it may break before it is a WebSocket
    const verdict = judge(request, options);
    if (typeof verdict === 'string') {
      refuse(socket, verdict);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      options.onSocket(webSocket, verdict, request);
    });
  });
  return sockets;
}

function judge(request: IncomingMessage, { hosts, sessionOf, hasRoom }: UpgradeOptions): Session | string {
  if (request.url !== '/socket') return '404 Not Found';
  if (!isOwnHost(request.headers.host, hosts)) return '421 Misdirected Request';
  if (!isSameOrigin(request)) return '403 Forbidden';
  const session = sessionOf(request);
  if (!session) return '401 Unauthorized';
  return hasRoom() ? session : '503 Service Unavailable';
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
