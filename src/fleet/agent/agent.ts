import { FleetError, TagalongError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type { PushResult } from '../push/messages.js';
import type { DeviceReport } from '../report.js';
import type { AgentPhase, AgentSettings } from './agent-settings.js';
import { makeFolderDurably, removeTree } from './disk/durable.js';
import { codeOf, type FileSystem } from './disk/file-system.js';
import { download, downloadedBytes } from './download/download.js';
import { type Candidate, Installer } from './install/installer.js';
import { describeDevice } from './report/describe-device.js';
import { SlotStore } from './slots/slot-store.js';
import { StateFile } from './state/state-file.js';
import type { Transport } from './transport/transport.js';
import { refreshTrust } from './trust/refresh.js';
import { TrustFile } from './trust/trust-file.js';
import { candidateOf } from './update/candidate-of.js';
import { findRelease, type Offer } from './update/find-release.js';
import type { Performance } from './watch/baseline.js';

export interface AgentPorts {
  readonly disk: FileSystem;
  /** Tries a model folder on this device. @throws FleetError with the reason why it must not be used. */
  readonly prove: (folder: string, signal: AbortSignal) => Promise<void>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly log: Log;
  /** Told whenever there is something new to report. */
  readonly onChange?: () => void;
}

export interface UpdateOptions {
  /** An operator on the spot takes what has expired. */
  readonly allowExpired?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (phase: AgentPhase, progress: number | null) => void;
  /** How the model in use does. */
  readonly before?: Performance;
}

/** What a device does about its models: one thing at a time. */
export class Agent {
  readonly installer: Installer;
  readonly slots: SlotStore;
  readonly #settings: AgentSettings;
  readonly #ports: AgentPorts;
  readonly #memory: StateFile;
  readonly #trust: TrustFile;
  #phase: AgentPhase = 'idle';
  #progress: number | null = null;
  #trouble: string | null = null;
  #repositoryVersion: number | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #closing = new AbortController();

  private constructor(settings: AgentSettings, ports: AgentPorts, memory: StateFile) {
    const { disk, prove, now, log } = ports;
    this.#settings = settings;
    this.#ports = ports;
    this.#memory = memory;
    this.slots = new SlotStore(disk, `${settings.state}/models`);
    this.#trust = new TrustFile(disk, settings.state);
    this.installer = new Installer({
      ...{ slots: this.slots, state: memory, now, log },
      prove: (folder) => prove(folder, this.#closing.signal),
    });
  }

  /** Puts right what a power cut left behind. @throws FleetError, or what the disk says. */
  static async open(settings: AgentSettings, ports: AgentPorts, factory: Candidate): Promise<Agent> {
    const memory = await StateFile.open(ports.disk, settings.state);
    const agent = new Agent(settings, ports, memory);
    await makeFolderDurably(ports.disk, settings.state, 'downloads');
    await agent.installer.recover(factory);
    return agent;
  }

  get memory(): StateFile['state'] {
    return this.#memory.state;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort(new FleetError('the agent is ended'));
  }

  report(): Promise<DeviceReport> {
    return describeDevice({
      ...{ settings: this.#settings, slots: this.slots, memory: this.#memory.state },
      ...{ phase: this.#phase, progress: this.#progress, trouble: this.#trouble },
      ...{ repositoryVersion: this.#repositoryVersion, nowMs: this.#ports.now() },
    });
  }

  /** What is seen of a model on probation, for the report. */
  note(trouble: string | null): void {
    this.#trouble = trouble;
  }

  /** Does one thing after another. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Has the device run what this repository has for it: one pulled from, or one that was pushed. Rejects for nothing but an abort. */
  update(transport: Transport, options: UpdateOptions): Promise<PushResult> {
    return this.exclusively(async () => {
      try {
        return await this.#update(transport, options);
      } catch (error) {
        options.signal.throwIfAborted();
        return await this.#failed(error);
      } finally {
        this.#enter(this.#memory.state.probation ? 'watching' : 'idle', null, options);
      }
    });
  }

  async #update(transport: Transport, options: UpdateOptions): Promise<PushResult> {
    const { disk, log } = this.#ports;
    const { device, model } = this.#settings;
    this.#enter('checking', null, options);
    const offer = await this.#look(transport, options);
    const { chosen, reason } = offer;
    if (!chosen) return result('refused', null, reason ?? `nothing for ${device.id}`, model);
    const [current, { probation }] = [await this.slots.current(), this.#memory.state];
    const installed = current && (await this.slots.model(current));
    if (installed?.sha256 === chosen.target.sha256) {
      return result(probation ? 'installed' : 'confirmed', chosen, 'it was active already');
    }
    if (probation) {
      const busy = `${probation.model.name} ${probation.model.version} is being watched; roll it back, or wait`;
      return result('failed', chosen, busy);
    }
    const known = this.#memory.bad(chosen.target.sha256);
    if (known !== null) return result('refused', chosen, `refused here before: ${known}`);
    const path = await this.#download(chosen, transport, options);
    this.#enter('proving', null, options);
    try {
      await this.installer.install(candidateOf(chosen, disk, path), options.before);
      return result('installed', chosen, '');
    } catch (error) {
      if (this.#memory.bad(chosen.target.sha256) === null) throw error;
      log.error({ err: error }, 'refused');
      return result('refused', chosen, messageOf(error));
    } finally {
      await removeTree(disk, path);
    }
  }

  async #look(transport: Transport, { allowExpired = false, signal }: UpdateOptions) {
    const { firstRoot, builtMs, device, model } = this.#settings;
    if (!firstRoot) throw new FleetError('this device trusts no repository yet: tagalong agent enroll');
    const repository = await refreshTrust({
      ...{ transport, firstRoot, builtMs, allowExpired, signal },
      file: this.#trust,
      clockMs: this.#ports.now(),
    });
    this.#repositoryVersion = repository.version;
    this.#trouble = repository.clockDoubt;
    return findRelease(repository, model, device, this.#ports.log);
  }

  async #download(offer: Offer, transport: Transport, options: UpdateOptions): Promise<string> {
    const { disk } = this.#ports;
    const { state, keepFreeBytes } = this.#settings;
    const { length, sha256, location } = offer.target;
    const folder = `${state}/downloads`;
    const missing = length - Math.min(length, await downloadedBytes(disk, folder, sha256));
    const needed = missing + offer.unpackedBytes + keepFreeBytes;
    const free = await disk.freeBytes(state);
    if (free < needed) {
      throw new FleetError(`${megabytes(free)} MB are free in ${state}, and ${megabytes(needed)} are needed`);
    }
    this.#enter('downloading', 0, options);
    let told = 0;
    const onProgress = (share: number): void => {
      if (share - told < 0.05 && share < 1) return;
      told = share;
      this.#enter('downloading', share, options);
    };
    const { signal } = options;
    return download({ path: location, length, sha256 }, { disk, transport, folder, signal, onProgress });
  }

  async #failed(error: unknown): Promise<PushResult> {
    const { disk, log } = this.#ports;
    const full = codeOf(error) === 'ENOSPC';
    if (full) {
      const folder = `${this.#settings.state}/downloads`;
      for (const name of await disk.list(folder)) await removeTree(disk, `${folder}/${name}`);
    }
    const reason = full ? 'the disk is full' : messageOf(error);
    if (!full && !(error instanceof TagalongError)) log.error({ err: error }, 'update failed');
    else log.warn({ reason }, 'no update');
    this.#trouble = reason;
    return result('failed', null, reason, this.#settings.model);
  }

  #enter(phase: AgentPhase, progress: number | null, { onProgress }: UpdateOptions): void {
    this.#phase = phase;
    this.#progress = progress;
    onProgress?.(phase, progress);
    this.#ports.onChange?.();
  }
}

function result(
  kind: PushResult['result'],
  offer: Offer | null,
  reason: string,
  model: string | null = null,
): PushResult {
  return {
    kind: 'result',
    result: kind,
    model: offer?.model ?? model,
    version: offer?.version ?? null,
    reason,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
