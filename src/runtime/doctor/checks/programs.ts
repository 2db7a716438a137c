import { encoderChoices, videoEncoders } from '../../recording/encoder-names.js';
import { tryEncoder } from '../../recording/choose-encoder.js';
import { parseSourceUri } from '../../sources/source-uri.js';
import { findings, type Check, type DoctorContext, type Finding } from '../finding.js';
import { output } from '../system-files.js';

const { ok, note, problem } = findings('programs');

/** Node, ffmpeg with its encoders, GStreamer. */
export const checkPrograms: Check = {
  about: 'programs',
  examine: async (context) => [
    ok(`node ${process.versions.node} on ${process.platform} ${process.arch}`),
    ...(await examineFfmpeg(context)),
    await examineGstreamer(context),
  ],
};

async function examineFfmpeg({ config, signal }: DoctorContext): Promise<Finding[]> {
  const install = 'sudo apt-get install ffmpeg';
  const version = await output('ffmpeg', ['-version'], signal);
  const scheme = config && parseSourceUri(config.source.uri).scheme;
  const films = config?.recording !== undefined && config.recording.encoder !== 'none';
  if (version === null) {
    const text = 'ffmpeg is missing: no video files, no network cameras, no recorded video';
    return [films || scheme === 'rtsp' || scheme === 'file' ? problem(text, install) : note(text, install)];
  }
  const trials = await Promise.all(videoEncoders.map((encoder) => tryEncoder(encoder, signal)));
  const works = trials.filter((trial) => trial.works).map(({ encoder }) => encoder);
  const wished = config?.recording?.encoder;
  const said = `ffmpeg ${/version (\S+)/.exec(version)?.[1] ?? ''}; encoders that work: ${works.join(', ') || 'none'}`;
  if (wished === undefined || wished === 'none' || wished === 'auto' || works.includes(wished))
    return [ok(said)];
  const reason = trials.find(({ encoder }) => encoder === wished)?.reason ?? '';
  const fix = `recording.encoder: auto, or one of ${encoderChoices.join(', ')} that works`;
  return [ok(said), problem(`recording.encoder "${wished}" does not work here: ${reason}`, fix)];
}

async function examineGstreamer({ config, signal }: DoctorContext): Promise<Finding> {
  const version = await output('gst-launch-1.0', ['--version'], signal);
  const needed = config !== null && parseSourceUri(config.source.uri).scheme === 'csi';
  const install = 'sudo apt-get install gstreamer1.0-tools gstreamer1.0-plugins-base';
  if (version === null) {
    const text = 'GStreamer is missing: no csi:// cameras';
    return needed ? problem(text, install) : note(text, install);
  }
  const elements = ['nvarguscamerasrc', 'libcamerasrc'];
  const found = await Promise.all(
    elements.map((element) => output('gst-inspect-1.0', ['--exists', element], signal)),
  );
  const present = elements.filter((_, index) => found[index] !== null);
  const said = `GStreamer ${/version (\S+)/.exec(version)?.[1] ?? ''}; camera elements: ${present.join(', ') || 'none'}`;
  if (present.length > 0 || !needed) return ok(said);
  return problem(
    said,
    'on a Raspberry Pi: sudo apt-get install gstreamer1.0-libcamera; on a Jetson JetPack has it',
  );
}
