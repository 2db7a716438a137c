import { common } from 'mavlink-mappings';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import {
  GimbalListeners,
  type GimbalAuthority,
  type GimbalListener,
  type GimbalOutput,
  type GimbalOutputStatus,
} from '../../../core/gimbal/gimbal-output.js';
import { silentLog, type Log } from '../../../core/ports/log.js';
import type { MavlinkBus, Received } from '../../mavlink/bus.js';
import { AttitudeReader } from './attitude-reader.js';
import { type Manager, ManagerCommands, type Speaker } from './manager-commands.js';
import { otherHands } from './other-hands.js';

export interface ManagerOutputOptions {
  /** Not closed with the output. */
  readonly bus: MavlinkBus;
  /** Device to steer: 1..6 one that hangs on the manager, else its component number; 0: the first that is found. */
  readonly deviceId?: number;
  /** Attitude reports a second to be asked for. */
  readonly attitudeHz?: number;
  /** For so long the hands stay off after somebody else's last command to the gimbal. */
  readonly manualMs?: number;
  readonly log?: Log;
}

const { GimbalManagerFlags, MavCmd, MavResult } = common;
const lookEveryMs = 500;
/** A manager that is silent for so long is gone, seconds. */
const goneAfter = 5;
/** A status sent before our claim was heard may still name the holder before us, seconds. */
const settling = 0.5;

/**
 * A gimbal behind MAVLink's gimbal protocol v2 (mavlink.io/en/services/gimbal_v2.html): the manager is found by asking all
 * for GIMBAL_MANAGER_INFORMATION, claimed by DO_GIMBAL_MANAGER_CONFIGURE, and then told rates. Whoever else takes primary
 * control, or sends it commands, is the operator.
 */
export class ManagerOutput implements GimbalOutput {
  readonly name = 'mavlink';
  readonly #bus: MavlinkBus;
  readonly #commands: ManagerCommands;
  readonly #deviceId: number;
  readonly #attitudeHz: number;
  readonly #manualS: number;
  readonly #log: Log;
  readonly #listeners = new GimbalListeners();
  readonly #attitudes = new AttitudeReader();
  readonly #timer: NodeJS.Timeout;
  readonly #stops: (() => void)[];
  #manager: Manager | null = null;
  #heardS = 0;
  #attitudeS = Number.NEGATIVE_INFINITY;
  #wanted = false;
  #authority: GimbalAuthority = 'unclaimed';
  /** Until when the operator has it who spoke last; he who took primary control has it until he gives it back. */
  #manualUntilS = 0;
  #takenBy: Speaker | null = null;
  /** The pilot's remote control has it to itself. */
  #remote = false;
  #grantedS = Number.NEGATIVE_INFINITY;
  #refused = false;
  #closed = false;
  #sent = 0;
  #dropped = 0;
  #heard = 0;
  #damaged = 0;

  constructor(options: ManagerOutputOptions) {
    const { bus, deviceId = 0, attitudeHz = 50, manualMs = 2000, log = silentLog } = options;
    this.#bus = bus;
    this.#commands = new ManagerCommands(bus);
    this.#deviceId = deviceId;
    this.#attitudeHz = attitudeHz;
    this.#manualS = manualMs / 1e3;
    this.#log = log;
    this.#stops = [
      bus.on(common.GimbalManagerInformation, (received) => {
        this.#find(received);
      }),
      bus.on(common.GimbalManagerStatus, (received) => {
        this.#readStatus(received);
      }),
      bus.on(common.GimbalDeviceAttitudeStatus, (received) => {
        this.#readAttitude(received);
      }),
      bus.on(common.CommandAck, (received) => {
        this.#readAck(received);
      }),
      otherHands(bus, (who) => {
        this.#feelHands(who);
      }),
    ];
    this.#timer = setInterval(() => {
      this.#look();
    }, lookEveryMs).unref();
    this.#look();
  }

  claim(): void {
    if (this.#closed) return;
    this.#wanted = true;
    this.#takenBy = null;
    this.#refused = false;
    this.#manualUntilS = 0;
    this.#judge();
    this.#configure();
  }

  command(rates: GimbalRates): boolean {
    const manager = this.#manager;
    this.#judge();
    if (!manager || this.#authority !== 'ours' || this.#closed || !this.#run(manager, rates)) {
      this.#dropped += 1;
      return false;
    }
    this.#sent += 1;
    return true;
  }

  release(): void {
    const manager = this.#manager;
    if (!this.#wanted) return;
    if (manager && this.#authority === 'ours') {
      this.#run(manager, { yaw: 0, pitch: 0 });
      this.#commands.giveUp(manager);
    }
    this.#wanted = false;
    this.#takenBy = null;
    this.#set('unclaimed');
  }

  listen(listener: GimbalListener): () => void {
    return this.#listeners.add(listener);
  }

  status(): GimbalOutputStatus {
    return {
      connected: this.#isAlive,
      authority: this.#authority,
      detail: this.#describe(),
      ...{ sent: this.#sent, dropped: this.#dropped, attitudes: this.#heard, damaged: this.#damaged },
    };
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.release();
      this.#closed = true;
      clearInterval(this.#timer);
      for (const stop of this.#stops) stop();
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isAlive(): boolean {
    return this.#manager !== null && this.#nowS() - this.#heardS < goneAfter;
  }

  get #isManual(): boolean {
    return this.#remote || this.#takenBy !== null || this.#nowS() < this.#manualUntilS;
  }

  #nowS(): number {
    return Number(this.#bus.now()) / 1e9;
  }

  #describe(): string {
    const manager = this.#manager;
    if (!manager) return 'no gimbal manager found yet';
    const where = `gimbal ${manager.deviceId} of manager ${manager.sysid}/${manager.compid}`;
    if (!this.#isAlive) return `${where}: silent`;
    if (this.#refused) return `${where}: refused to be ours`;
    return this.#takenBy ? `${where}: taken by ${this.#takenBy.sysid}/${this.#takenBy.compid}` : where;
  }

  /** Twice a second: look for the manager, ask for the attitude that does not come, claim until it is granted. */
  #look(): void {
    if (this.#closed) return;
    if (this.#manager && !this.#isAlive) {
      this.#log.warn({}, `gimbal: ${this.#describe()}`);
      this.#manager = null;
      this.#set('unclaimed');
    }
    const manager = this.#manager;
    const { sysid } = this.#bus;
    if (!manager) {
      if (sysid !== null) this.#commands.find(sysid);
      return;
    }
    if (this.#nowS() - this.#attitudeS > 1) this.#commands.askForStreams(manager, this.#attitudeHz);
    this.#judge();
    this.#configure();
  }

  #find({ message: told, sysid, compid }: Received<common.GimbalManagerInformation>): void {
    const { gimbalDeviceId } = told;
    if (this.#deviceId !== 0 && gimbalDeviceId !== this.#deviceId) return;
    if (this.#manager) {
      this.#hearFrom({ sysid, compid });
      return;
    }
    const deviceCompid = gimbalDeviceId <= 6 ? compid : gimbalDeviceId;
    this.#manager = { sysid, compid, deviceId: gimbalDeviceId, deviceCompid };
    this.#heardS = this.#nowS();
    this.#log.info({ sysid, compid, device: gimbalDeviceId }, `gimbal: found ${this.#describe()}`);
    this.#commands.askForStreams(this.#manager, this.#attitudeHz);
    this.#configure();
  }

  /** Claims, until it is ours or was refused. */
  #configure(): void {
    const manager = this.#manager;
    const { sysid, compid } = this.#bus;
    if (!manager || !this.#wanted || this.#authority !== 'unclaimed' || this.#refused || sysid === null)
      return;
    this.#commands.claim(manager, { sysid, compid });
  }

  #readStatus({ message: told, sysid, compid }: Received<common.GimbalManagerStatus>): void {
    if (!this.#hearFrom({ sysid, compid })) return;
    if (told.gimbalDeviceId !== 0 && told.gimbalDeviceId !== this.#manager!.deviceId) return;
    this.#remote = (told.flags & GimbalManagerFlags.RC_EXCLUSIVE) !== 0;
    const holder = { sysid: told.primaryControlSysid, compid: told.primaryControlCompid };
    if (holder.sysid === this.#bus.sysid && holder.compid === this.#bus.compid) {
      this.#takenBy = null;
      this.#judge();
      this.#grant();
      return;
    }
    if (this.#nowS() - this.#grantedS < settling) return;
    if (holder.sysid === 0) {
      // given back by whoever had it: free for the next selection to claim
      this.#takenBy = null;
      if (this.#authority === 'ours') this.#set('unclaimed');
    } else if (this.#authority === 'ours' || this.#takenBy !== null) this.#takenBy = holder;
    this.#judge();
  }

  #readAck({ message: told, sysid, compid }: Received<common.CommandAck>): void {
    if (told.command !== MavCmd.DO_GIMBAL_MANAGER_CONFIGURE || !this.#hearFrom({ sysid, compid })) return;
    const isOurs =
      (told.targetSystem === 0 || told.targetSystem === this.#bus.sysid) &&
      (told.targetComponent === 0 || told.targetComponent === this.#bus.compid);
    if (!isOurs || !this.#wanted) return;
    if (told.result === MavResult.ACCEPTED) this.#grant();
    else if (told.result !== MavResult.IN_PROGRESS && told.result !== MavResult.TEMPORARILY_REJECTED) {
      this.#refused = true;
      this.#log.warn({ result: told.result }, `gimbal: ${this.#describe()}`);
    }
  }

  #readAttitude({
    message: told,
    sysid,
    compid,
    receivedAtNs,
  }: Received<common.GimbalDeviceAttitudeStatus>): void {
    const manager = this.#manager;
    if (manager?.sysid !== sysid || manager.deviceCompid !== compid) return;
    if (compid === manager.compid && told.gimbalDeviceId !== 0 && told.gimbalDeviceId !== manager.deviceId)
      return;
    const report = this.#attitudes.read(told, Number(receivedAtNs) / 1e9);
    if (!report) {
      this.#damaged += 1;
      return;
    }
    this.#heardS = this.#attitudeS = this.#nowS();
    this.#heard += 1;
    this.#listeners.attitude(report);
  }

  /** Somebody else steers: hands off, as long as he goes on and a little longer. */
  #feelHands({ sysid, compid, target }: Speaker & { readonly target: Speaker }): void {
    const manager = this.#manager;
    if (!manager || (target.sysid !== 0 && target.sysid !== manager.sysid)) return;
    if (target.compid !== 0 && target.compid !== manager.compid && target.compid !== manager.deviceCompid)
      return;
    // the manager's own words to its device are our rates, passed on
    if (sysid === manager.sysid && compid === manager.compid) return;
    this.#manualUntilS = this.#nowS() + this.#manualS;
    this.#judge();
  }

  #hearFrom({ sysid, compid }: Speaker): boolean {
    if (this.#manager?.sysid !== sysid || this.#manager.compid !== compid) return false;
    this.#heardS = this.#nowS();
    return true;
  }

  #grant(): void {
    if (!this.#wanted) return;
    this.#refused = false;
    if (this.#isManual || this.#authority === 'ours') return;
    this.#grantedS = this.#nowS();
    this.#set('ours');
  }

  /** An operator who let go leaves the gimbal to be claimed again, unless he took it for good. */
  #judge(): void {
    if (!this.#wanted) return;
    if (this.#isManual) this.#set('operator');
    else if (this.#authority === 'operator') this.#set('unclaimed');
  }

  #set(authority: GimbalAuthority): void {
    if (authority === this.#authority) return;
    this.#authority = authority;
    this.#listeners.authority(authority);
  }

  #run(manager: Manager, rates: GimbalRates): boolean {
    return this.#commands.run(manager, this.#attitudes.yawFrame ?? 'earth', rates);
  }
}
