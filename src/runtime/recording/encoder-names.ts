/** Encoders as ffmpeg names them, best first: those in hardware leave the CPU to the tracker. */
export const videoEncoders = ['h264_nvenc', 'h264_v4l2m2m', 'h264_vaapi', 'libx264', 'mjpeg'] as const;
export type VideoEncoder = (typeof videoEncoders)[number];

export const encoderChoices = ['auto', 'none', ...videoEncoders] as const;
export type EncoderChoice = (typeof encoderChoices)[number];
