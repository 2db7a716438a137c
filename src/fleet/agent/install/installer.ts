import { FleetError } from '../../../core/errors.js';
import type { Log } from '../../../core/ports/log.js';
import type { InstalledModel } from '../slots/slot-contents.js';
import { otherSlot, type SlotName, type SlotStore } from '../slots/slot-store.js';
import type { SlotWriter } from '../slots/slot-writer.js';
import { type AgentState, type Probation, reasonAgainst } from '../state/agent-state.js';
import type { StateFile } from '../state/state-file.js';

/** A model that can be written into a slot. */
export interface Candidate {
  readonly model: InstalledModel;
  readonly fill: (writer: SlotWriter) => Promise<void>;
}

export interface InstallerOptions {
  readonly slots: SlotStore;
  readonly state: StateFile;
  readonly log: Log;
  /** Tries a model folder on this device. @throws FleetError with the reason why it must not be used. */
  readonly prove: (folder: string) => Promise<void>;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Starts of the agent that a model may be watched over. */
  readonly mostStarts?: number;
}

/** Known to be bad, longest remembered. */
const rememberedBad = 50;

/**
 * Exchanges the model of a device: into the slot that is not in use, proven there, then chosen, then on probation. Each step is on the
 * disk before the next begins, so `recover` finds its way from wherever the power went.
 */
export class Installer {
  readonly #options: InstallerOptions;

  constructor(options: InstallerOptions) {
    this.#options = options;
  }

  /**
   * To be called once before anything else: puts right what a power cut left behind. A device without any whole model gets `factory`.
   */
  async recover(factory: Candidate): Promise<void> {
    const { slots, state, log, mostStarts = 3 } = this.#options;
    await slots.prepare();
    await this.#haveWholeModel(factory);
    const current = await slots.current();
    const { probation } = state.state;
    if (!probation) return;
    if (probation.slot !== current) {
      // the power went before the link was turned: it was written down as installed, and is not
      const last = this.#result('failed', probation.model, 'the power went before it was activated');
      await state.change({ probation: null, last });
      return;
    }
    const starts = probation.starts + 1;
    await state.change({ probation: { ...probation, starts } });
    if (starts <= mostStarts) return;
    log.error({ starts }, 'the device went down again and again since the model was activated');
    await this.rollBack(`the device was started ${starts} times while it was watched`);
  }

  /**
   * Installs and activates. It is on probation then: see `confirm` and `rollBack`.
   * @param before how the model in use does
   * @throws FleetError when it is refused; what ran before runs on.
   */
  async install(
    { model, fill }: Candidate,
    before: Probation['before'] = { updateMs: null, confidence: null },
  ): Promise<void> {
    const { slots, state, prove, log } = this.#options;
    const current = await this.#current();
    this.#refuseBad(model);
    const spare = otherSlot(current);
    await slots.fill(spare, model, fill);
    try {
      await prove(slots.pathOf(spare));
    } catch (error) {
      if (error instanceof FleetError) await this.#remember(model, error.message, 'refused');
      await slots.clear(spare);
      throw error;
    }
    const probation = { slot: spare, model, previous: current, observedMs: 0, before, starts: 0 };
    const { last } = state.state;
    try {
      await state.change({ probation, last: this.#result('installed', model, '') });
      await slots.choose(spare);
    } catch (error) {
      // such as a disk that has just become full: making room first
      await slots.clear(spare);
      await state.change({ probation: null, last });
      throw error;
    }
    log.info({ model: model.name, version: model.version, slot: spare }, 'model activated, on probation');
  }

  /** Takes note of how long the model on probation was seen at work. */
  async observed(observedMs: number): Promise<void> {
    const { state } = this.#options;
    const { probation } = state.state;
    if (probation) await state.change({ probation: { ...probation, observedMs } });
  }

  /** The probation is passed. */
  async confirm(): Promise<void> {
    const { state, log } = this.#options;
    const { probation } = state.state;
    if (!probation) return;
    await state.change({ probation: null, last: this.#result('confirmed', probation.model, '') });
    log.info({ model: probation.model.name, version: probation.model.version }, 'model confirmed');
  }

  /**
   * Goes back to the model in the other slot, and remembers the present one as bad.
   * @throws FleetError when there is none to go back to.
   */
  async rollBack(reason: string): Promise<void> {
    const { slots, log } = this.#options;
    const current = await this.#current();
    const previous = otherSlot(current);
    if (!(await slots.isWhole(previous))) {
      throw new FleetError(`there is no model to go back to: slot ${previous} holds no whole one`);
    }
    const model = await slots.model(current);
    // first the verdict: a cut before the link is turned must not leave a bad model in use, see #haveWholeModel
    if (model) await this.#remember(model, reason, 'rolled-back', { probation: null });
    await slots.choose(previous);
    log.warn({ reason, slot: previous }, 'rolled back');
  }

  /** Writes down how it ended, for reports; not over the same words again. */
  async tell(kind: ResultKind, model: Named, reason: string): Promise<void> {
    const { state } = this.#options;
    const { last } = state.state;
    const next = this.#result(kind, model, reason);
    if (last && JSON.stringify({ ...last, atMs: 0 }) === JSON.stringify({ ...next, atMs: 0 })) return;
    await state.change({ last: next });
  }

  /** Forgives all models that were refused or rolled back. */
  async forgive(): Promise<void> {
    await this.#options.state.change({ bad: [] });
  }

  async #haveWholeModel(factory: Candidate): Promise<void> {
    const { slots, log } = this.#options;
    const current = await slots.current();
    if (current !== null && (await this.#isGood(current))) return;
    const other = otherSlot(current ?? 'b');
    if (await this.#isGood(other)) {
      await slots.choose(other);
      log.warn({ slot: other }, 'the other slot is used: what was in use is damaged, or known to be bad');
      return;
    }
    if (current !== null && (await slots.isWhole(current))) return; // bad, but all there is
    await slots.fill(other, factory.model, factory.fill);
    await slots.choose(other);
    log.info({ model: factory.model.name, slot: other }, 'the model that ships was put in place');
  }

  async #isGood(slot: SlotName): Promise<boolean> {
    const { slots, state } = this.#options;
    const model = await slots.model(slot);
    return model !== null && reasonAgainst(state.state, model.sha256) === null && (await slots.isWhole(slot));
  }

  async #current(): Promise<SlotName> {
    const current = await this.#options.slots.current();
    if (current === null) throw new FleetError('no slot is in use: the agent has not been started yet');
    return current;
  }

  #refuseBad(model: InstalledModel): void {
    const reason = reasonAgainst(this.#options.state.state, model.sha256);
    if (reason === null) return;
    throw new FleetError(
      `${model.name} ${model.version} was refused here before (${reason}); tagalong agent forgive lets it be tried again`,
    );
  }

  async #remember(
    model: InstalledModel,
    reason: string,
    kind: 'refused' | 'rolled-back',
    more: Partial<AgentState> = {},
  ): Promise<void> {
    const { state } = this.#options;
    const others = state.state.bad.filter((it) => it.model.sha256 !== model.sha256);
    const bad = [...others, { model, reason: reason.slice(0, 1000) }].slice(-rememberedBad);
    await state.change({ ...more, bad, last: this.#result(kind, model, reason) });
  }

  #result(kind: ResultKind, { name, version }: Named, reason: string): AgentState['last'] {
    const atMs = Math.max(0, Math.round(this.#options.now()));
    return { kind, model: name, version, reason: reason.slice(0, 1000), atMs };
  }
}

type ResultKind = NonNullable<AgentState['last']>['kind'];
type Named = Pick<InstalledModel, 'name' | 'version'>;
