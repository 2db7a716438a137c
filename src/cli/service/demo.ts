import { UsageError } from '../../core/errors.js';
import { parseSiameseOptions } from '../../core/tracking/siamese/options.js';
import type { LiveSummary } from '../../runtime/live/run-live.js';
import { openLog, type ServiceLog } from '../../runtime/log/open-log.js';
import { openEmbeddedBroker, type EmbeddedBroker } from '../../runtime/mqtt/embedded-broker.js';
import { openRecordFile, type RecordSink } from '../../runtime/sinks/record-sink.js';
import { TerminalSink } from '../../runtime/sinks/terminal-sink.js';
import { SimSource } from '../../runtime/sources/sim-source.js';
import { openNotifier } from '../../runtime/systemd/notifier.js';
import { finishRecords, keepPartial } from '../follow/records.js';
import { initialSelection, requireSelection } from '../follow/selection.js';
import { describeModel, describeSource, describeSummary } from '../follow/texts.js';
import { TruthSink } from '../follow/truth-sink.js';
import { interruptSignal } from '../interrupt.js';
import { invitation } from '../../runtime/console/access/invitation.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { demoConfig, type StartOptions } from './demo-config.js';
import { Service, type OpenedService } from './service.js';

export interface DemoRequest extends StartOptions {
  readonly source: string;
  /** Where what is going on is shown: standard output or error. */
  readonly terminal: NodeJS.WriteStream;
}

/**
 * The service with a broker of its own and a view in the terminal, until the source, the frame limit or Ctrl-C ends it.
 * @throws whatever opening and the loop throw; the records written so far are kept and marked as partial.
 */
export async function runDemo(request: DemoRequest): Promise<void> {
  requireSelection(request);
  parseSiameseOptions(request.set); // every mistake is told before anything is opened
  using interrupt = interruptSignal();
  const { terminal, out } = request;
  const log = openLog({ stream: terminal, level: 'error', format: 'human', colour: coloured(terminal) });
  await using records = out === undefined ? undefined : await openRecordFile(out);
  await using broker = await openBroker(log, terminal);
  const loaded = await demoConfig(request.source, request, broker?.url ?? null);
  const view = new View(request, records, broker);
  const service = new Service({
    ...{ loaded, log, notifier: openNotifier() },
    console: { morePorts: consolePorts },
    equip: (opened) => view.equip(opened),
  });
  try {
    await view.end(await service.run(interrupt.signal));
  } catch (error) {
    if (interrupt.signal.aborted && error === interrupt.signal.reason) {
      terminal.write('interrupted\n'); // while still opening
      process.exitCode = 130;
      return;
    }
    await view.fail(error);
    throw error;
  }
}

/** Two demonstrations beside each other must not fight for the port. */
const consolePorts = 20;

/** A demonstration goes on without a broker where no port is free. */
async function openBroker(log: ServiceLog, terminal: NodeJS.WriteStream): Promise<EmbeddedBroker | null> {
  try {
    return await openEmbeddedBroker({}, { log });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.write(`warning: no broker: ${error.message}\n`);
    return null;
  }
}

/** What a person sees of the run. */
class View {
  readonly #request: DemoRequest;
  readonly #records: RecordSink | undefined;
  readonly #broker: EmbeddedBroker | null;
  #status: TerminalSink | null = null;
  #truth: TruthSink | null = null;
  #live = true;

  constructor(request: DemoRequest, records: RecordSink | undefined, broker: EmbeddedBroker | null) {
    this.#request = request;
    this.#records = records;
    this.#broker = broker;
  }

  async equip({ source, tracker, control, meter, console }: OpenedService) {
    const { terminal, startFrame, maxFrames } = this.#request;
    const description = source.describe();
    this.#live = description.live;
    terminal.write(`${describeSource(description)}\n${describeModel(tracker)}\n`);
    if (this.#broker) terminal.write(`${describeBroker(this.#broker)}\n`);
    if (console) terminal.write(await this.#invite(console));
    this.#status = new TerminalSink({
      stream: terminal,
      meter,
      droppedFrames: () => {
        const { bySource, byTracker } = control.status().dropped;
        return bySource + byTracker;
      },
      colour: coloured(terminal),
    });
    this.#truth = source instanceof SimSource ? new TruthSink(source) : null;
    return {
      sinks: [this.#status, this.#records, this.#truth].filter((it) => it instanceof Object),
      select: initialSelection(source, this.#request),
      startFrame,
      ...(maxFrames !== undefined && { maxFrames }),
    };
  }

  async #invite({ host, port, addresses, tokens }: ConsoleServer): Promise<string> {
    const { consolePort } = this.#request;
    const moved =
      consolePort === 0 || port === consolePort
        ? ''
        : `console port ${consolePort} is taken: the console listens on ${port}\n`;
    return `${moved}${await invitation({ addresses, host, tokens, qrCode: this.#request.terminal.isTTY })}`;
  }

  async end(summary: LiveSummary): Promise<void> {
    await this.#status?.close();
    if (summary.ended === 'interrupted' && !this.#live) {
      keepPartial(this.#records, 'interrupted', this.#request);
      process.exitCode = 130;
    }
    const { terminal } = this.#request;
    terminal.write(`${describeSummary(summary)}\n`);
    if (this.#truth?.describe()) terminal.write(`${this.#truth.describe()}\n`);
    await finishRecords(this.#records, this.#request);
  }

  async fail(error: unknown): Promise<void> {
    await this.#status?.close();
    keepPartial(this.#records, error instanceof Error ? error.message : String(error), this.#request);
  }
}

function describeBroker({ host, port, url }: EmbeddedBroker): string {
  return `broker  ${url}  (mosquitto_sub -h ${host} -p ${port} -t 'tagalong/#' -v)`;
}

function coloured(terminal: NodeJS.WriteStream): boolean {
  return terminal.isTTY && process.env['NO_COLOR'] === undefined;
}
