import type { Box } from '../../core/geometry/box.js';
import type { ControlAuthority } from '../../core/ports/control-authority.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Sink } from '../../core/ports/sink.js';
import type { LoadedConfig } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { watchedLog } from '../../runtime/console/live/watched-log.js';
import { startJsonLinesControl } from '../../runtime/control/json-lines-control.js';
import { LiveControl } from '../../runtime/live/live-control.js';
import { LiveMeter } from '../../runtime/live/live-meter.js';
import { runLive, type LiveSummary } from '../../runtime/live/run-live.js';
import type { Log } from '../../runtime/log/log.js';
import type { ServiceLog } from '../../runtime/log/open-log.js';
import { judgeHealth, type Health } from '../../runtime/metrics/health.js';
import type { Notifier } from '../../runtime/systemd/notifier.js';
import type { WorkerTracker } from '../../runtime/worker/worker-tracker.js';
import type { ConsoleWishes } from './console-part.js';
import { consoleSubject } from './console-subject.js';
import { CurrentConfig } from './current-config.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import { measuredTracker } from './measured-tracker.js';
import { MetricsPart } from './metrics-part.js';
import { Parts } from './parts.js';
import { ModelFollower, resolvedModel } from './model-follower.js';
import { openConfiguredSource } from './source-of.js';
import { RosAccess } from './ros-access.js';
import type { Appliers } from './take-over.js';
import { configuredModel, openTracker, trackerSupply } from './tracker-of.js';
import { watchHealth } from './watch.js';

export interface ServiceOptions {
  readonly loaded: LoadedConfig;
  readonly log: ServiceLog;
  readonly notifier: Notifier;
  readonly console?: ConsoleWishes;
  /** Called when source and tracker are open; what it gives stands beside the configured parts. */
  readonly equip?: (opened: OpenedService) => Equipment | Promise<Equipment>;
}

export interface OpenedService {
  readonly source: FrameSource;
  readonly tracker: WorkerTracker;
  readonly control: LiveControl;
  readonly meter: LiveMeter;
  /** Null when none is configured. */
  readonly console: ConsoleServer | null;
}

/** What a command adds to the service for one run. */
export interface Equipment {
  /** Not closed by the service. */
  readonly sinks?: readonly Sink[];
  readonly select?: Box | null;
  readonly startFrame?: number;
  readonly maxFrames?: number;
}

/**
 * The service that runs on the robot: source, tracker, sinks, transports, metrics and recording as configured, until its
 * signal or the end of the source ends it. Made once, run once.
 */
export class Service {
  readonly control: LiveControl;
  readonly #options: ServiceOptions;
  readonly #log: Log;
  readonly #config: CurrentConfig;
  readonly #parts: Parts;
  readonly #metrics: MetricsPart;
  readonly #authority: Record<keyof ControlAuthority, ControlAuthority[keyof ControlAuthority]>;
  readonly #ros = new RosAccess();
  readonly #meter = new LiveMeter();
  readonly #startedAtNs = process.hrtime.bigint();
  #source: FrameSource | null = null;
  #follower: ModelFollower | null = null;
  #model = '';
  #openingFault: string | null = null;
  #frameSeenAtNs: bigint | null = null;
  #publishedAtNs: bigint | null = null;

  constructor(options: ServiceOptions) {
    const { loaded, log, console } = options;
    this.#options = options;
    this.#config = new CurrentConfig(loaded);
    this.#parts = new Parts({
      console,
      ros: this.#ros,
      rosPermission: () => this.config.control.ros,
      subject: () => this.#subject(),
      context: (name) => {
        const { control } = this;
        return { control, source: this.#source, model: this.#model, log: this.#logOf(name) };
      },
    });
    this.#log = watchedLog(log, {
      events: this.#parts.console.events,
      mask: (text) => this.#config.mask(text),
      except: ['control', 'health'], // commands and health are told otherwise
    });
    this.#authority = { ...this.config.control };
    this.control = new LiveControl({ authority: this.#authority, log: this.#logOf('control') });
    this.#metrics = this.#openMetrics();
  }

  /** What is configured now. */
  get config(): Config {
    return this.#config.now;
  }

  health(): Health {
    return judgeHealth({
      nowNs: process.hrtime.bigint(),
      startedAtNs: this.#startedAtNs,
      status: this.control.status(),
      frameSeenAtNs: this.#frameSeenAtNs,
      publishedAtNs: this.#publishedAtNs,
      openingFault: this.#openingFault,
      link: this.#source?.statistics().link ?? null,
      troubles: this.#parts.troubles(),
    });
  }

  /**
   * Runs until the signal is aborted, the source ends, or a fault that no waiting mends.
   * @throws UsageError, SourceError, ModelError, InferenceError; the signal's reason when it is aborted while opening.
   */
  async run(signal: AbortSignal): Promise<LiveSummary> {
    const { notifier, equip } = this.#options;
    const { metrics } = this.#metrics;
    const watch = watchHealth({
      health: () => this.health(),
      status: () => this.control.status(),
      notifier,
      log: this.#logOf('health'),
    });
    try {
      await this.#metrics.open(this.config.http);
      await this.#parts.openEarly(this.config, signal);
      using stdin = this.#openStdin();
      const path = configuredModel(this.config);
      const modelDir = await resolvedModel(path);
      await using tracker = await this.#openTracker(modelDir, signal);
      const { control } = this;
      using follower = new ModelFollower({ path, opened: modelDir, control, log: this.#logOf('model') });
      this.#follower = follower;
      notifier.ready(); // from here on it hears commands; the camera may come when it comes
      await using source = await this.#openSource(signal);
      await this.#parts.openLate(this.config, signal);
      const opened = {
        ...{ source, tracker, control: this.control, meter: this.#meter },
        console: this.#parts.console.sink.current,
      };
      const { sinks = [], ...run } = (await equip?.(opened)) ?? {};
      const onUpdated = (elapsedMs: number): void => {
        metrics.updated(elapsedMs);
      };
      const summary = await runLive({
        ...run,
        source,
        tracker: measuredTracker(tracker, onUpdated),
        supply: trackerSupply(this.config, modelDir, onUpdated),
        sinks: this.#parts.sinks(sinks),
        taps: [this.#eye(), ...this.#parts.taps],
        signal,
        control: this.control,
        meter: this.#meter,
        log: this.#logOf('loop'),
        onPublished: (sink, latencyMs) => {
          this.#publishedAtNs = process.hrtime.bigint();
          if (!(sink instanceof ExchangeableSink) || sink.current) metrics.published(sink, latencyMs);
        },
      });
      this.#log.info({ ended: summary.ended, frames: summary.frames }, 'ended');
      return summary;
    } finally {
      watch[Symbol.dispose]();
      notifier.stopping();
      this.control.end();
      await Promise.all([this.#parts.close(), this.#metrics.close()]);
    }
  }

  /**
   * Takes over what may change while running, and says what needs a restart. When the new configuration cannot be read or
   * used, the old one stays. Never rejects.
   */
  async reload(load: () => Promise<LoadedConfig>): Promise<void> {
    const { notifier } = this.#options;
    notifier.reloading();
    try {
      await this.#config.reload(await load(), this.#appliers, this.#log);
    } catch (error) {
      this.#log.error({ err: error }, 'configuration not reloaded; the old one stays');
    } finally {
      notifier.ready();
    }
  }

  /** How a section is taken over while running. */
  get #appliers(): Appliers {
    return {
      log: ({ log }) => {
        this.#options.log.setLevel(log.level);
      },
      control: ({ control }) => {
        Object.assign(this.#authority, control);
      },
      http: ({ http }) => this.#metrics.open(http),
      ...this.#parts.appliers,
    };
  }

  #openMetrics(): MetricsPart {
    const part = new MetricsPart({
      status: () => this.control.status(),
      health: () => this.health(),
      reconnects: () => this.#source?.statistics().link?.reconnects ?? 0,
      recording: () => this.#parts.recording.statistics,
      modelFolder: () => this.#follower?.folder ?? null,
      log: this.#log,
    });
    this.control.onCommand((event) => {
      part.metrics.commanded(event);
      this.#parts.recording.note(event);
    });
    return part;
  }

  #subject() {
    return consoleSubject({
      ...{ control: this.control, config: this.#config, parts: this.#parts, log: this.#log },
      health: () => this.health(),
      setLevel: (level) => {
        this.#options.log.setLevel(level);
      },
    });
  }

  #openStdin(): Disposable | null {
    if (!this.config.stdin.enabled) return null;
    const { stdin: input, stdout: output } = process;
    return startJsonLinesControl({ input, output, control: this.control });
  }

  async #openTracker(modelDir: string, signal: AbortSignal): Promise<WorkerTracker> {
    const tracker = await openTracker(this.config, modelDir, signal, this.#log);
    this.#model = tracker.model.contract.name;
    return tracker;
  }

  async #openSource(signal: AbortSignal): Promise<FrameSource> {
    const onFault = (fault: string | null): void => {
      this.#openingFault = fault;
    };
    const log = this.#logOf('source');
    const openRos = this.#ros.imageOpener(this.config.ros, log);
    this.#source = await openConfiguredSource(this.config.source, { signal, log, onFault, openRos });
    return this.#source;
  }

  #eye(): FrameTap {
    return {
      name: 'health',
      see: () => {
        this.#frameSeenAtNs = process.hrtime.bigint();
      },
    };
  }

  #logOf(part: string): Log {
    return this.#log.child({ part });
  }
}
