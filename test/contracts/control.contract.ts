import type { TestFn } from 'ava';
import fc from 'fast-check';
import type { ControlAuthority } from '../../src/core/ports/control-authority.js';
import type { Command, CommandEvent, Control, Origin } from '../../src/core/ports/control.js';
import type { Log } from '../../src/core/ports/log.js';

/** A running control, and how to end it. */
export interface OpenControl {
  readonly control: Control;
  readonly close: () => Promise<void>;
}

export interface ControlContract {
  /** A control that accepts a selection of (50, 50, 20, 20), then stop. */
  readonly open: (options: { authority?: ControlAuthority; log?: Log }) => OpenControl | Promise<OpenControl>;
}

const box = { cx: 50, cy: 50, width: 20, height: 20 };
const select: Command = { kind: 'select', box };
const ground: Origin = { kind: 'mqtt', name: 'ground' };
const pilot: Origin = { kind: 'mavlink', name: '255' };

/** What every Control owes the transports; see core/ports/control. */
export function controlContract(test: TestFn, name: string, { open }: ControlContract): void {
  test(`${name}: accepts, and tells listeners and status whose the command was`, async (t) => {
    const { control, close } = await open({});
    const events: CommandEvent[] = [];
    const stopListening = control.onCommand((event) => events.push(event));
    t.is(control.status().lastCommand, null);
    t.like(await control.execute(select, ground), { accepted: true });
    t.deepEqual(control.status().lastCommand?.origin, ground);
    t.like(await control.execute({ kind: 'stop' }, pilot), { accepted: true });
    t.like(control.status().lastCommand, { command: { kind: 'stop' }, origin: pilot });
    stopListening();
    await control.execute(select, ground);
    t.deepEqual(
      events.map(({ command, origin, answer }) => [command?.kind, origin.name, answer.accepted]),
      [
        ['select', 'ground', true],
        ['stop', '255', true],
      ],
    );
    await close();
  });

  test(`${name}: status answers with the facts, and is no command that counts`, async (t) => {
    const { control, close } = await open({});
    let told = 0;
    control.onCommand(() => (told += 1));
    const answer = await control.execute({ kind: 'status' }, ground);
    t.true(answer.accepted && answer.status !== undefined);
    t.is(control.status().lastCommand, null);
    t.is(told, 0);
    await close();
  });

  test(`${name}: an origin without the right is refused by name, and changes nothing`, async (t) => {
    const authority: ControlAuthority = {
      ...{ local: 'command', stdin: 'command', web: 'none', mqtt: 'read-only', ros: 'none' },
      mavlink: 'command',
    };
    const { control, close } = await open({ authority });
    const refused = await control.execute(select, ground);
    t.true(!refused.accepted && refused.reason.includes('mqtt:ground'));
    t.like(await control.execute({ kind: 'status' }, ground), { accepted: true });
    t.like(await control.execute({ kind: 'status' }, { kind: 'web' }), { accepted: false });
    t.like(await control.execute(select, { kind: 'telepathy' as never }), { accepted: false });
    t.is(control.status().lastCommand, null);
    t.like(await control.execute(select, pilot), { accepted: true });
    await close();
  });

  test(`${name}: a listener that throws harms nobody`, async (t) => {
    const { control, close } = await open({});
    let heard = 0;
    control.onCommand(() => {
      throw new Error('listener');
    });
    control.onCommand(() => (heard += 1));
    t.like(await control.execute(select, ground), { accepted: true });
    t.is(heard, 1);
    await close();
  });

  test(`${name}: what is no command is refused and logged with its origin, a flood of it in short`, async (t) => {
    const lines: string[] = [];
    const note = (_fields: object, message: string): void => {
      lines.push(message);
    };
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const { control, close } = await open({ log });
    t.deepEqual(control.refuse('not JSON', ground), { accepted: false, reason: 'not JSON' });
    t.true(lines.some((line) => line.includes('mqtt:ground') && line.includes('not JSON')));
    const anything = fc.oneof(
      fc.anything(),
      fc.record({
        kind: fc.constantFrom('select', 'stop', 'model', 'x'),
        box: fc.anything(),
        extra: fc.anything(),
      }),
    );
    for (const value of fc.sample(anything, { seed: 1, numRuns: 300 })) {
      const answer = await control.execute(value as Command, ground);
      t.is(answer.accepted, false);
    }
    t.true(lines.length < 100);
    t.like(await control.execute(select, ground), { accepted: true });
    await close();
  });
}
