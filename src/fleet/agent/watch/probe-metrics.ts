import { get } from 'node:http';
import { readMetrics } from './read-metrics.js';
import type { ServiceProbe } from './service-sample.js';

const mostBytes = 1 << 20;

/** Looks at `/metrics` below an address such as http://127.0.0.1:9464. */
export function metricsProbe(url: string, timeoutMs = 3000): ServiceProbe {
  return async (signal) => {
    const text = await fetchText(`${url.replace(/\/$/, '')}/metrics`, timeoutMs, signal);
    return text === null ? null : readMetrics(text);
  };
}

/** node:http, not fetch: that would be several megabytes more of resident memory. */
function fetchText(url: string, timeoutMs: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const fail = (): void => {
      resolve(null);
    };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const request = get(url, { signal: limit, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > mostBytes) response.destroy();
      });
      response.on('end', () => {
        resolve(response.statusCode === 200 ? text : null);
      });
      response.on('close', fail).on('error', fail);
    });
    request.on('error', fail);
  });
}
