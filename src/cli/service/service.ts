import { hostname } from 'node:os';
import { presetParameters } from '../../core/tracking/siamese/options.js';
import type { Box } from '../../core/geometry/box.js';
import type { ControlAuthority } from '../../core/ports/control-authority.js';
import { describeOrigin } from '../../core/ports/control.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Sink } from '../../core/ports/sink.js';
import { secretsOf } from '../../runtime/config/explain-config.js';
import type { LoadedConfig } from '../../runtime/config/load-config.js';
import type { Config } from '../../runtime/config/schema.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import type { ConsoleSubject, SinkFacts } from '../../runtime/console/live/subject.js';
import { watchedLog } from '../../runtime/console/live/watched-log.js';
import { startJsonLinesControl } from '../../runtime/control/json-lines-control.js';
import { LiveControl } from '../../runtime/live/live-control.js';
import { LiveMeter } from '../../runtime/live/live-meter.js';
import { defaultHistory } from '../../runtime/live/frame-history.js';
import { runLive, type LiveSummary } from '../../runtime/live/run-live.js';
import { secretMasker } from '../../runtime/log/mask-secrets.js';
import type { Log } from '../../runtime/log/log.js';
import type { ServiceLog } from '../../runtime/log/open-log.js';
import { judgeHealth, type Health } from '../../runtime/metrics/health.js';
import { openMetricsServer, type MetricsServer } from '../../runtime/metrics/metrics-server.js';
import { ServiceMetrics } from '../../runtime/metrics/service-metrics.js';
import type { MqttLink } from '../../runtime/mqtt/mqtt-link.js';
import { openMqtt } from '../../runtime/mqtt/open-mqtt.js';
import type { Recorder } from '../../runtime/recording/recorder.js';
import { openSource } from '../../runtime/sources/open-source.js';
import type { Notifier } from '../../runtime/systemd/notifier.js';
import { workerSupply } from '../../runtime/worker/worker-supply.js';
import { openWorkerTracker, type WorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { siblingModel } from '../follow/model-dir.js';
import { defaultModel } from '../package-root.js';
import { ConsolePart, type ConsoleWishes } from './console-part.js';
import { ExchangeableSink } from './exchangeable-sink.js';
import { changeSetting, consoleSettings } from './live-settings.js';
import { GimbalPart } from './gimbal-part.js';
import { MavlinkPart } from './mavlink-part.js';
import { measuredSupply, measuredTracker } from './measured-tracker.js';
import { modelNames } from './model-names.js';
import { openPatiently } from './open-patiently.js';
import { openRecorder } from './open-recorder.js';
import { inRealTime, isWaitable, sourceOptions } from './source-of.js';
import { takeOver, type Appliers } from './take-over.js';
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
  readonly #console: ConsolePart;
  readonly #authority: Record<keyof ControlAuthority, ControlAuthority[keyof ControlAuthority]>;
  readonly #mqtt = new ExchangeableSink<MqttLink>('mqtt');
  readonly #recorder = new ExchangeableSink<Recorder>('recording');
  readonly #mavlink = new MavlinkPart();
  readonly #gimbal = new GimbalPart();
  readonly #meter = new LiveMeter();
  readonly #startedAtNs = process.hrtime.bigint();
  /** Who has changed a setting since the start, by its key. */
  readonly #changed = new Map<string, string>();
  #loaded: LoadedConfig;
  #config: Config;
  #http: MetricsServer | null = null;
  #metrics: ServiceMetrics | null = null;
  #source: FrameSource | null = null;
  #model = '';
  #openingFault: string | null = null;
  #frameSeenAtNs: bigint | null = null;
  #publishedAtNs: bigint | null = null;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#loaded = options.loaded;
    this.#config = options.loaded.config;
    this.#console = new ConsolePart(options.console);
    this.#log = watchedLog(options.log, {
      events: this.#console.events,
      mask: (text) => secretMasker(secretsOf(this.#loaded))(text),
      except: ['control', 'health'], // commands and health are told otherwise
    });
    this.#authority = { ...this.#config.control };
    this.control = new LiveControl({ authority: this.#authority, log: part(this.#log, 'control') });
  }

  /** What is configured now. */
  get config(): Config {
    return this.#config;
  }

  health(): Health {
    const recording = this.#recorder.current?.statistics().stopped ?? null;
    const broker = this.#mqtt.current?.status();
    return judgeHealth({
      nowNs: process.hrtime.bigint(),
      startedAtNs: this.#startedAtNs,
      status: this.control.status(),
      frameSeenAtNs: this.#frameSeenAtNs,
      publishedAtNs: this.#publishedAtNs,
      openingFault: this.#openingFault,
      link: this.#source?.statistics().link ?? null,
      troubles: [
        ...(recording === null ? [] : [`recording stopped: ${recording}`]),
        ...(broker && !broker.connected ? [`no broker: ${broker.failure ?? 'connecting'}`] : []),
        ...this.#mavlink.troubles(),
      ],
    });
  }

  /**
   * Runs until the signal is aborted, the source ends, or a fault that no waiting mends.
   * @throws UsageError, SourceError, ModelError, InferenceError; the signal's reason when it is aborted while opening.
   */
  async run(signal: AbortSignal): Promise<LiveSummary> {
    const { notifier, equip } = this.#options;
    using metrics = this.#openMetrics();
    this.#metrics = metrics;
    const watch = watchHealth({
      health: () => this.health(),
      status: () => this.control.status(),
      notifier,
      log: part(this.#log, 'health'),
    });
    try {
      await this.#openHttp(this.#config.http);
      await this.#openMqtt(this.#config.mqtt);
      await this.#openMavlink(this.#config.mavlink);
      await this.#openConsole(this.#config.console);
      using stdin = this.#openStdin();
      await using tracker = await this.#openTracker(signal);
      notifier.ready(); // from here on it hears commands; the camera may come when it comes
      await using source = await this.#openSource(signal);
      await this.#openRecorder(this.#config.recording, signal);
      await this.#openGimbal(this.#config);
      const opened = {
        ...{ source, tracker, control: this.control, meter: this.#meter },
        console: this.#console.sink.current,
      };
      const { sinks = [], ...run } = (await equip?.(opened)) ?? {};
      const summary = await runLive({
        ...run,
        source,
        tracker: measuredTracker(tracker, (elapsedMs) => {
          metrics.updated(elapsedMs);
        }),
        supply: this.#supply(metrics),
        // the gimbal first: its rates are the most urgent
        sinks: [
          this.#gimbal.sink,
          ...sinks,
          this.#mqtt,
          this.#mavlink.sink,
          this.#recorder,
          this.#console.sink,
        ],
        taps: [this.#eye(), this.#filmTap(), this.#console.tap],
        signal,
        control: this.control,
        meter: this.#meter,
        log: part(this.#log, 'loop'),
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
      await this.#gimbal.sink.close(); // it is given back over links that are still open
      // side by side: a broker that does not answer must not hold up the recording
      await Promise.all([
        this.#mqtt.close(),
        this.#mavlink.sink.close(),
        this.#recorder.close(),
        this.#console.sink.close(),
        this.#http?.close(),
      ]);
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
      const loaded = await load();
      const { config } = loaded;
      this.#loaded = loaded;
      this.#changed.clear();
      this.#config = await takeOver(this.#config, config, this.#appliers, this.#log);
    } catch (error) {
      this.#log.error({ err: error }, 'configuration not reloaded; the old one stays');
    } finally {
      notifier.ready();
    }
  }

  /** How a section is taken over while running. */
  readonly #appliers: Appliers = {
    log: ({ log }) => {
      this.#options.log.setLevel(log.level);
    },
    control: ({ control }) => {
      Object.assign(this.#authority, control);
    },
    http: ({ http }) => this.#openHttp(http),
    mqtt: ({ mqtt }) => this.#openMqtt(mqtt),
    mavlink: async (config) => {
      await this.#gimbal.sink.clear();
      await this.#openMavlink(config.mavlink);
      await this.#openGimbal(config);
    },
    gimbal: (config) => this.#openGimbal(config),
    recording: ({ recording }) => this.#openRecorder(recording),
    console: (config) => this.#openConsole(config.console),
  };

  #openMetrics(): ServiceMetrics {
    const metrics = new ServiceMetrics({
      status: () => this.control.status(),
      health: () => this.health(),
      reconnects: () => this.#source?.statistics().link?.reconnects ?? 0,
      recording: () => this.#recorder.current?.statistics() ?? null,
    });
    this.control.onCommand((event) => {
      metrics.commanded(event);
      this.#recorder.current?.note(event);
    });
    return metrics;
  }

  async #openHttp({ enabled, host, port }: Config['http']): Promise<void> {
    await this.#http?.close();
    this.#http = null;
    if (!enabled || !this.#metrics) return;
    this.#http = await openMetricsServer({
      ...{ host, port, metrics: this.#metrics },
      health: () => this.health(),
    });
    this.#log.info({ url: this.#http.url }, 'metrics and health are served');
  }

  async #openMqtt(options: Config['mqtt']): Promise<void> {
    await this.#mqtt.clear();
    if (!options) return;
    await this.#mqtt.put(await openMqtt(options, { control: this.control, log: part(this.#log, 'mqtt') }));
  }

  #openMavlink(options: Config['mavlink']): Promise<void> {
    return this.#mavlink.open(options, {
      control: this.control,
      log: part(this.#log, 'mavlink'),
      recording: () => this.#recorder.current?.statistics().stopped === null,
    });
  }

  #openGimbal({ gimbal }: Config): Promise<void> {
    return this.#gimbal.open(gimbal, {
      bus: this.#mavlink.sink.current?.bus ?? null,
      frame: this.#source?.describe() ?? null,
      log: part(this.#log, 'gimbal'),
    });
  }

  #openConsole(options: Config['console']): Promise<void> {
    return this.#console.open(options, this.#subject(), part(this.#log, 'console'));
  }

  /** The service as the console sees it. */
  #subject(): ConsoleSubject {
    return {
      device: this.#config.device ?? hostname(),
      control: this.control,
      health: () => this.health(),
      sinkFacts: () => this.#sinkFacts(),
      settings: () => consoleSettings({ ...this.#loaded, config: this.#config }, this.#changed),
      change: (key, value, origin) => {
        const next = changeSetting(this.#config, key, value);
        this.#config = next;
        this.#changed.set(key, describeOrigin(origin));
        this.#options.log.setLevel(next.log.level);
        const { current } = this.#console.sink;
        if (current && next.console) current.video = next.console.video;
        this.#log.info({ key, value, origin: describeOrigin(origin) }, 'setting changed');
      },
      models: () => modelNames(this.#worker().modelDir),
      recordings: () => this.#config.recording?.dir ?? null,
    };
  }

  #sinkFacts(): Readonly<Record<string, SinkFacts>> {
    const broker = this.#mqtt.current?.status();
    const film = this.#recorder.current?.statistics();
    return {
      mqtt: broker
        ? {
            state: broker.connected ? 'ok' : 'fault',
            detail: broker.connected ? broker.url : (broker.failure ?? `connecting to ${broker.url}`),
          }
        : { state: 'off', detail: 'mqtt.url is not set' },
      mavlink: this.#mavlink.facts(),
      gimbal: this.#gimbal.facts(),
      recording: film
        ? {
            state: film.stopped === null ? 'ok' : 'fault',
            detail: film.stopped ?? `${film.frames} frames, ${Math.round(film.bytes / 1e6)} MB`,
          }
        : { state: 'off', detail: 'recording.dir is not set' },
      console: { state: 'ok', detail: `pages open: ${this.#console.sink.current?.viewers ?? 0}` },
    };
  }

  #openStdin(): Disposable | null {
    if (!this.#config.stdin.enabled) return null;
    const { stdin: input, stdout: output } = process;
    return startJsonLinesControl({ input, output, control: this.control });
  }

  async #openTracker(signal: AbortSignal): Promise<WorkerTracker> {
    const tracker = await openWorkerTracker({ ...this.#worker(), signal });
    const { contract, provider } = tracker.model;
    this.#model = contract.name;
    this.#log.info({ model: contract.name, precision: contract.precision, provider }, 'tracker open');
    return tracker;
  }

  #supply(metrics: ServiceMetrics) {
    const worker = this.#worker();
    const supply = workerSupply({ ...worker, modelDirOf: siblingModel(worker.modelDir) });
    return measuredSupply(supply, (elapsedMs) => {
      metrics.updated(elapsedMs);
    });
  }

  #worker() {
    const { model, tracker } = this.#config;
    const { path: modelDir = defaultModel, providers, threads } = model;
    return { modelDir, providers, threads, tracker: presetParameters(tracker) };
  }

  async #openSource(signal: AbortSignal): Promise<FrameSource> {
    const { source } = this.#config;
    const uri = inRealTime(source.uri);
    const open = (): Promise<FrameSource> =>
      openSource(uri, { ...sourceOptions(source), hold: defaultHistory, encoded: true, signal });
    const onFault = (fault: string | null): void => {
      this.#openingFault = fault;
    };
    const log = part(this.#log, 'source');
    const patient = source.reconnect && isWaitable(uri);
    this.#source = patient ? await openPatiently(open, { signal, log, onFault }) : await open();
    const { uri: shown, width, height, format, fps, detail } = this.#source.describe();
    log.info({ uri: shown, width, height, format, fps, detail }, 'source open');
    return this.#source;
  }

  async #openRecorder(options: Config['recording'], signal?: AbortSignal): Promise<void> {
    await this.#recorder.clear();
    if (!options || !this.#source) return;
    const context = {
      source: this.#source.describe(),
      model: this.#model,
      log: part(this.#log, 'recording'),
    };
    await this.#recorder.put(await openRecorder(options, { ...context, ...(signal && { signal }) }));
  }

  #eye(): FrameTap {
    return {
      name: 'health',
      see: () => {
        this.#frameSeenAtNs = process.hrtime.bigint();
      },
    };
  }

  #filmTap(): FrameTap {
    return { name: 'recording', see: (frame) => this.#recorder.current?.see(frame) };
  }
}

function part(log: Log, name: string) {
  return log.child({ part: name });
}
