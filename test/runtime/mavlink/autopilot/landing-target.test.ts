import test from 'ava';
import { common } from 'mavlink-mappings';
import { viewOfAngle } from '../../../../src/runtime/mavlink/autopilot/camera-view.js';
import { landingTarget } from '../../../../src/runtime/mavlink/autopilot/landing-target.js';
import { coastingTrack, idleTrack, lostTrack, trackingTrack } from '../../../support/tracks.js';

const view = viewOfAngle(90); // 320 pixels wide: a focal length of 160 pixels
const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

test('the angles are those of a pinhole camera, to the right and down', (t) => {
  const box = { cx: 320, cy: 120 + 160 * Math.tan(0.2), width: 2, height: 2 };
  const told = landingTarget(trackingTrack(5, { box }), view, null)!;
  t.true(close(told.angleX, Math.PI / 4));
  t.true(close(told.angleY, 0.2));
  t.is(told.distance, 0);
  t.is(told.positionValid, 0);
  t.is(told.frame, common.MavFrame.BODY_FRD);
  t.is(told.timeUsec, 200_000n, "the frame's time");
});

test('a target of known width tells its distance, along the line of sight', (t) => {
  const box = { cx: 160, cy: 120, width: 16, height: 16 }; // 0.1 of the depth
  const told = landingTarget(trackingTrack(1, { box }), view, 0.5)!;
  t.true(close(told.distance, 5));
  t.true(close(told.sizeX, 2 * Math.atan(0.05)));
  const aside = landingTarget(trackingTrack(1, { box: { ...box, cx: 320 } }), view, 0.5)!;
  t.true(close(aside.distance, 5 * Math.SQRT2));
});

test('what is not seen is no landing target', (t) => {
  for (const track of [coastingTrack(1), lostTrack(1), idleTrack(1)]) {
    t.is(landingTarget(track, view, 1), null, track.state);
  }
});
