import type { TestFn } from 'ava';
import type { Sink } from '../../src/core/ports/sink.js';
import { coastingTrack, idleTrack, lostTrack, trackingTrack } from '../support/tracks.js';

export interface SinkContract {
  readonly open: () => Promise<Sink> | Sink;
  readonly serial?: boolean;
}

/** What every Sink owes the loop; see core/ports/sink. */
export function sinkContract(test: TestFn, name: string, { open, serial = false }: SinkContract): void {
  const declare = serial ? test.serial : test;

  declare(`${name}: takes every state without throwing`, async (t) => {
    await using sink = await open();
    for (const track of [idleTrack(0), trackingTrack(1), coastingTrack(2), lostTrack(3)]) {
      t.notThrows(() => {
        sink.publish(track);
      });
    }
    t.is(sink.dropped, 0);
    t.not(sink.name, '');
  });

  declare(`${name}: publishing returns nothing to wait for`, async (t) => {
    await using sink = await open();
    t.is((sink.publish as (track: unknown) => unknown).call(sink, trackingTrack(0)), undefined);
  });

  declare(`${name}: closing twice is fine`, async (t) => {
    const sink = await open();
    sink.publish(trackingTrack(0));
    await sink.close();
    await sink.close();
    await sink[Symbol.asyncDispose]();
    t.pass();
  });

  declare(`${name}: a track after closing is dropped and counted, not thrown`, async (t) => {
    const sink = await open();
    await sink.close();
    const before = sink.dropped;
    t.notThrows(() => {
      sink.publish(trackingTrack(0));
    });
    t.is(sink.dropped, before + 1);
  });
}
