import type { PushMessage } from '../../fleet/push/messages.js';
import type { PushOutcome } from '../../fleet/push/push-many.js';
import { formatTable } from './status-table.js';

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What every device is at: one line that is written anew on a terminal, a line for every new phase elsewhere. */
export class PushProgress {
  readonly #output: Output;
  readonly #phases = new Map<string, { phase: string; progress: number | null }>();

  constructor(hosts: readonly string[], output: Output) {
    this.#output = output;
    for (const host of hosts) this.#phases.set(host, { phase: 'waiting', progress: null });
  }

  show(host: string, message: PushMessage): void {
    const now = message.kind === 'progress' ? message : { phase: message.result, progress: null };
    const before = this.#phases.get(host)?.phase;
    this.#phases.set(host, now);
    if (this.#output.isTTY) this.#draw();
    else if (now.phase !== before) this.#output.write(`${host}: ${now.phase}\n`);
  }

  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\x1b[K');
  }

  #draw(): void {
    const texts = [...this.#phases].map(([host, { phase, progress }]) =>
      progress === null ? `${host} ${phase}` : `${host} ${phase} ${Math.round(100 * progress)} %`,
    );
    const width = (this.#output.columns ?? 80) - 1;
    this.#output.write(`\r\x1b[K${texts.join(' · ').slice(0, width)}`);
  }
}

/** The table at the end, and a line that counts. */
export function formatOutcomes(outcomes: readonly PushOutcome[]): string {
  const rows = outcomes.map((outcome) => {
    switch (outcome.kind) {
      case 'done':
        return [
          outcome.host,
          outcome.result.result,
          outcome.result.version ?? '',
          `${outcome.seconds.toFixed(1)} s`,
          outcome.result.reason,
        ];
      case 'failed':
        return [outcome.host, 'failed', '', `${outcome.seconds.toFixed(1)} s`, outcome.reason];
      case 'not-tried':
        return [outcome.host, 'not tried', '', '', 'another one failed before'];
    }
  });
  return formatTable(['device', 'result', 'version', 'took', ''], rows);
}
