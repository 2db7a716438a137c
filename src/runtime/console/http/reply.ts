import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Ends a response with JSON. */
export function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(code, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** Ends a response that says no, in words a person reads. */
export function refuse(
  response: ServerResponse,
  code: number,
  reason: string,
  headers: OutgoingHttpHeaders = {},
): void {
  sendJson(response, code, { reason }, headers);
}
