import { frameBytes } from '../image/frame.js';
import { createRandom } from '../random.js';
import { columnOf, createCamera, depthOf, rowOf, rayThrough, type Camera } from './camera.js';
import { createFlight } from './motion/flight.js';
import type { GimbalAttitude } from './motion/gimbal.js';
import { createTraffic } from './motion/traffic.js';
import { checkSimulationOptions, type SimulationOptions, type SimulationSettings } from './options.js';
import { drawGround } from './raster/ground.js';
import { createSurface } from './raster/surface.js';
import { scenarios } from './scenario.js';
import { createScene, type DrawOptions, type SceneMoment } from './scene/scene.js';
import { createLight } from './sensor/light.js';
import { blurMotion } from './sensor/motion-blur.js';
import { createSensor } from './sensor/sensor.js';
import { computeTruth, type Truth } from './scene/truth.js';
import { createGround } from './world/ground-texture.js';
import { createWorld } from './world/world.js';

/**
 * A drone's camera over a countryside, following a vehicle.
 *
 * Deterministic: the same options and the same sequence of calls give the same bytes, on every machine that runs the
 * same version of the JavaScript engine (Math.sin and its like are the engine's own, not the machine's).
 */
export interface Simulation {
  readonly settings: SimulationSettings;
  /** Bytes `render` fills. */
  readonly frameBytes: number;
  /** Seconds simulated so far. */
  readonly time: number;
  /** Moves the world on; a frame shows the moment between two steps, blurred by the last one's motion. @throws RangeError unless 0 <= dt <= 1 */
  step(dtSeconds: number): void;
  /** Draws the current moment into `data`: tightly packed, in `settings.format`. @throws RangeError when it is too short */
  render(data: Uint8Array, options?: DrawOptions): void;
  /** What is to be seen in the current moment; boxes in image pixels. */
  truth(): Truth;
  /**
   * Rates for the gimbal, rad/s: yaw clockwise seen from above, pitch up. They take effect after its delay, within its
   * limits, and hold until the next command. From the first command on the built-in follow law is silent.
   * @throws RangeError when a rate is not finite
   */
  commandGimbalRate(yawRateRadS: number, pitchRateRadS: number): void;
  /** Hands the gimbal back to the built-in follow law. */
  releaseGimbal(): void;
  /** Where the camera looks. */
  gimbal(): GimbalAttitude;
  /** From now on a gimbal from outside holds the camera: this is how, at the end of the next step. */
  mountOn(attitude: GimbalAttitude): void;
  /** Focal length in pixels; the principal point is the image centre. */
  readonly focal: number;
}

/** Focal length as a share of the image width: a horizontal view of 45 degrees. */
const focalShare = 1.2;

/** @throws UsageError when an option is impossible */
export function createSimulation(options: SimulationOptions = {}): Simulation {
  const settings = checkSimulationOptions(options);
  const { seed, size, format, noise, blur } = settings;
  const scenario = scenarios[settings.scenario];
  const random = createRandom(seed);
  const world = createWorld(seed, scenario);
  const ground = createGround(seed, world);
  const scene = createScene(seed, world);
  const traffic = createTraffic(random.fork(40), world.route, scenario);
  const light = createLight(random.fork(60), scenario.weather);
  const sensor = createSensor(random.fork(70), size, format, noise);
  const focal = focalShare * size.width;
  const flight = createFlight(random.fork(50), {
    scenario,
    target: traffic.vehicles()[0]!,
    halfWidth: Math.atan(size.width / 2 / focal),
    halfHeight: Math.atan(size.height / 2 / focal),
  });
  const surface = createSurface(size.width, size.height);
  const blurred = new Uint32Array(surface.pixels.length);
  const bytes = frameBytes(format, size);
  let time = 0;
  let steps = 0;
  let camera = createCamera(size, focal, flight.pose());
  let before = camera;
  let moment: SceneMoment = { camera, time, vehicles: traffic.vehicles() };

  return {
    settings,
    frameBytes: bytes,
    focal,
    get time() {
      return time;
    },
    step(dt) {
      if (!(dt >= 0 && dt <= 1)) throw new RangeError(`step of ${dt} s: must be 0..1`);
      time += dt;
      steps++;
      traffic.step(dt);
      const vehicles = traffic.vehicles();
      flight.step(dt, vehicles[0]!);
      before = camera;
      camera = createCamera(size, focal, flight.pose());
      moment = { camera, time, vehicles };
    },
    render(data, drawOptions) {
      if (data.length < bytes) throw new RangeError(`render needs ${bytes} bytes, got ${data.length}`);
      // 1. light on the sensor: ground, then what stands on it
      drawGround(surface, camera, ground);
      scene.draw(surface, moment, drawOptions);
      // 2. the exposure smears it along the image motion
      const motion = imageMotion(before, camera);
      const exposed = blurMotion(surface.pixels, blurred, size, { x: motion.x * blur, y: motion.y * blur });
      // 3. gain, noise, format
      sensor.read(
        exposed,
        (row, gains) => {
          light.rowGains(camera, row, time, gains);
        },
        steps,
        data,
      );
    },
    truth: () => computeTruth(scene, moment, size),
    commandGimbalRate(yawRate, pitchRate) {
      if (!Number.isFinite(yawRate) || !Number.isFinite(pitchRate)) {
        throw new RangeError(`gimbal rates ${yawRate}, ${pitchRate} rad/s: must be finite`);
      }
      flight.autonomous = false;
      flight.gimbal.command(yawRate, pitchRate);
    },
    releaseGimbal() {
      flight.autonomous = true;
    },
    gimbal: () => flight.mounted ?? flight.gimbal.attitude(),
    mountOn(attitude) {
      flight.mounted = attitude;
    },
  };
}

/** Pixels the scene in the image centre has moved from one camera to the next. */
function imageMotion(before: Camera, now: Camera): { x: number; y: number } {
  const ray = rayThrough(now, now.width / 2, now.height / 2);
  const { position } = now.pose;
  // the point on the ground, or one far away in the sky
  const scale = ray.z < -0.05 * now.focal ? -position.z / ray.z : 500 / now.focal;
  const [x, y, z] = [position.x + scale * ray.x, position.y + scale * ray.y, position.z + scale * ray.z];
  const depth = depthOf(before, x, y, z);
  if (depth < 1) return { x: 0, y: 0 };
  return {
    x: now.width / 2 - columnOf(before, depth, x, y),
    y: now.height / 2 - rowOf(before, depth, x, y, z),
  };
}
