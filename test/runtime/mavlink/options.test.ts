import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { loadConfig } from '../../../src/runtime/config/load-config.js';
import { openView } from '../../../src/runtime/mavlink/autopilot/camera-view.js';
import { mavlinkOptionsSchema } from '../../../src/runtime/mavlink/options.js';

const folder = mkdtempSync(join(tmpdir(), 'tagalong-mavlink-options-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

const links = [{ url: 'udpin://0.0.0.0:14550' }];

function problems(settings: object): string[] {
  const parsed = mavlinkOptionsSchema.safeParse(settings);
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test('a link is all that must be given', (t) => {
  const options = mavlinkOptionsSchema.parse({ links });
  t.is(options.compid, 100);
  t.is(options.follow, undefined, 'leading the vehicle is off');
  t.is(options.landingTarget, undefined);
});

test('what does not go together is told', (t) => {
  t.regex(problems({ links: [] })[0]!, /^links: /);
  t.regex(problems({ links: [{ url: 'COM3' }] })[0]!, /^links\.0\.url: "COM3" is no MAVLink link/);
  t.deepEqual(problems({ links: [{ ...links[0], signed: true }] }), [
    'links.0.signed: needs signing.keyFile',
  ]);
  const twice = [
    { ...links[0], name: 'a' },
    { ...links[0], name: 'a' },
  ];
  t.deepEqual(problems({ links: twice }), ['links.1.name: "a" is the name of another link']);
  t.regex(problems({ links, follow: { geofenceMetres: 50 } })[0]!, /^camera: needs horizontalFovDegrees/);
  t.regex(
    problems({ links, follow: {}, camera: { horizontalFovDegrees: 60 } })[0]!,
    /^follow\.geofenceMetres: /,
  );
  const both = { horizontalFovDegrees: 60, calibration: 'camera.yaml' };
  t.regex(problems({ links, camera: both })[0]!, /^camera\.calibration: tells the angle, too/);
  t.regex(problems({ links, speed: 1 })[0]!, /speed/);
});

test("paths in the configuration count from the file's folder", async (t) => {
  const file = join(folder, 'tagalong.yaml');
  const text = `source: { uri: 'sim://' }
mavlink:
  links: [{ url: 'udpin://0.0.0.0:14550' }]
  signing: { keyFile: key, stateFile: state.json }
  camera: { calibration: camera.yaml }
`;
  writeFileSync(file, text);
  const { mavlink } = (await loadConfig({ file })).config;
  t.deepEqual(mavlink?.signing, { keyFile: join(folder, 'key'), stateFile: join(folder, 'state.json') });
  t.is(mavlink?.camera.calibration, join(folder, 'camera.yaml'));
});

test('a calibration tells the angle of view, and what pictures it is for', async (t) => {
  const calibration = join(folder, 'camera.yaml');
  const text = `image_width: 640
image_height: 360
camera_matrix: { rows: 3, cols: 3, data: [320, 0, 320, 0, 320, 180, 0, 0, 1] }
distortion_model: plumb_bob
distortion_coefficients: { rows: 1, cols: 5, data: [0, 0, 0, 0, 0] }
`;
  writeFileSync(calibration, text);
  const { camera } = mavlinkOptionsSchema.parse({ links, camera: { calibration } });
  const view = (await openView(camera))!;
  t.true(Math.abs(view.horizontalDegrees - 90) < 1);
  t.true(view.fits({ width: 1280, height: 720 }));
  t.false(view.fits({ width: 640, height: 480 }));
  const edge = view.tangents({ x: 1280, y: 360 }, { width: 1280, height: 720 });
  t.true(Math.abs(edge.x - 1) < 0.01 && Math.abs(edge.y) < 0.01);
  const none = { ...camera, calibration: join(folder, 'none.yaml') };
  await t.throwsAsync(openView(none), {
    instanceOf: UsageError,
    message: /mavlink\.camera\.calibration .*no such file/,
  });
  t.is(await openView(mavlinkOptionsSchema.parse({ links }).camera), null);
});
