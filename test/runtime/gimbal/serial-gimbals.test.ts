import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ava from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import { createRandom } from '../../../src/core/random.js';
import { openGimbal } from '../../../src/runtime/gimbal/open-gimbal.js';
import { gimbalOptionsSchema } from '../../../src/runtime/gimbal/options.js';
import { needing } from '../../support/tools.js';
import { trackingTrack } from '../../support/tracks.js';
import { Cable, socatProgram } from '../mavlink/support/socat.js';
import { SerialPeer } from './support/serial-peer.js';
import { SimpleBgcBoard } from './support/simplebgc-board.js';
import { SiyiCamera } from './support/siyi-camera.js';
import { until } from './support/until.js';

const test = needing(ava, socatProgram);
const folder = mkdtempSync(join(tmpdir(), 'tagalong-gimbals-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A gimbal at the far end: what it was told to run at, oldest first, and frames whose sums were wrong. */
interface FarEnd {
  hear(bytes: Uint8Array): void;
  told(): readonly { readonly yaw: number; readonly pitch: number }[];
  questions(): number;
  bad(): number;
  /** Whether the last word handed the gimbal back. */
  released(): boolean;
}

const kinds = {
  simplebgc: {
    options: (url: string) => ({ simplebgc: { link: url, attitudeHz: 25 } }),
    open: (say: (bytes: Uint8Array) => void): FarEnd => {
      const board = new SimpleBgcBoard(say);
      return {
        hear: (bytes) => {
          board.hear(bytes);
        },
        told: () => board.log.control,
        questions: () => board.log.questions.filter((id) => id === 73).length,
        bad: () => board.log.bad,
        released: () => board.log.control.at(-1)?.modes.every((mode) => mode === 0) ?? false,
      };
    },
  },
  siyi: {
    options: (url: string) => ({ siyi: { link: url, attitudeHz: 25 } }),
    open: (say: (bytes: Uint8Array) => void): FarEnd => {
      const camera = new SiyiCamera(say);
      return {
        hear: (bytes) => {
          camera.hear(bytes);
        },
        told: () => camera.rotations,
        questions: () => camera.commands.filter((command) => command === 0x0d).length,
        bad: () => camera.bad,
        released: () => camera.rotations.at(-1)?.yaw === 0 && camera.rotations.at(-1)?.pitch === 0,
      };
    },
  },
} as const;

/** Plugs a gimbal in at the far end of the cable. */
async function plugIn(cable: Cable, kind: keyof typeof kinds, damage = (bytes: Uint8Array) => bytes) {
  const far: FarEnd = kinds[kind].open((bytes) => {
    peer.say(damage(bytes));
  });
  const peer: SerialPeer = await SerialPeer.open(cable.theirs, (bytes) => {
    far.hear(bytes);
  });
  return { far, peer, [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose]() };
}

function openFollower(cable: Cable, kind: keyof typeof kinds) {
  const options = gimbalOptionsSchema.parse({
    ...kinds[kind].options(`serial://${cable.ours}`),
    ...{ fieldOfView: 60, follow: { staleMs: 500 } },
  });
  return openGimbal(options, { bus: null, frame: { width: 640, height: 360 }, log: silentLog });
}

/** A target right of the picture's middle and above it, seen now. */
function seenNow(sequence: number) {
  const track = trackingTrack(sequence);
  return {
    ...track,
    ...{ box: { cx: 480, cy: 100, width: 40, height: 40 }, target: 1 },
    frame: { ...track.frame, width: 640, height: 360, capturedAtNs: process.hrtime.bigint() },
  };
}

for (const kind of ['simplebgc', 'siyi'] as const) {
  test.serial(
    `${kind} on a serial line is steered with good sums at a pace that the line carries, stands still without tracks, and goes on after its cable was pulled`,
    async (t) => {
      await using cable = await Cable.plug(mkdtempSync(join(folder, `${kind}-`)));
      const follower = await openFollower(cable, kind);
      t.teardown(() => follower.close());
      let sequence = 0;
      const follow = async (condition: () => boolean): Promise<void> => {
        await until(() => {
          follower.publish(seenNow((sequence += 1)));
          return condition();
        });
      };
      {
        await using gimbal = await plugIn(cable, kind);
        const { far, peer } = gimbal;
        await until(() => follower.status().output.connected);
        const beganMs = performance.now();
        const asked = far.questions();
        await follow(() => far.told().length >= 30);
        const { yaw, pitch } = far.told().at(-1)!;
        t.true(yaw > 0, `right: ${yaw}`);
        t.true(kind === 'simplebgc' ? pitch < 0 : pitch > 0, `up: ${pitch}`); // SimpleBGC counts it down
        t.is(follower.status().mode, 'following');
        const elapsedMs = performance.now() - beganMs;
        t.true(
          far.questions() - asked <= elapsedMs / 39 + 3,
          'attitude is asked for 25 times a second, not oftener',
        );
        // no track any more: it is told to stand still, and told so again, for one frame may get lost
        const isStill = ({ yaw: x, pitch: y }: { yaw: number; pitch: number }): boolean => x === 0 && y === 0;
        await until(() => far.told().slice(-3).every(isStill));
        t.is(follower.status().mode, 'stale');
        t.is(far.bad(), 0);
        t.true(peer.fits);
      }
      await cable.pull();
      await until(() => !follower.status().output.connected);
      t.regex(follower.status().output.detail, /no answer on serial:/);
      const { dropped } = follower;
      await follow(() => follower.dropped > dropped);

      await cable.plugIn();
      await using again = await plugIn(cable, kind);
      await until(() => follower.status().output.connected);
      await follow(() => again.far.told().length >= 10);
      t.true(again.far.told().at(-1)!.yaw > 0);
      await follower.close();
      await until(() => again.far.released());
      t.is(again.far.bad(), 0);
    },
  );

  test.serial(
    `${kind} on a noisy serial line: damaged answers are counted, and none is believed`,
    async (t) => {
      await using cable = await Cable.plug(mkdtempSync(join(folder, `${kind}-noise-`)));
      const random = createRandom(5);
      await using gimbal = await plugIn(cable, kind, (bytes) =>
        Uint8Array.from(bytes, (byte) => (random.chance(0.02) ? byte ^ (1 << random.below(8)) : byte)),
      );
      const follower = await openFollower(cable, kind);
      t.teardown(() => follower.close());
      await until(() => {
        const { attitudes, damaged } = follower.status().output;
        return attitudes >= 20 && damaged >= 3;
      });
      t.is(gimbal.far.bad(), 0);
      await follower.close();
    },
  );
}
