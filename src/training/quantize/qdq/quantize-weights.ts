/** Weights as int8, symmetric, a scale for every output channel (Krishnamoorthi 2018, sec. 3). */
export interface QuantizedWeights {
  readonly data: Int8Array;
  /** One number an output channel. */
  readonly scales: Float32Array;
}

/** @param filters row-major, output channels outermost */
export function quantizeWeights(filters: Float32Array, channels: number): QuantizedWeights {
  const taps = filters.length / channels;
  const data = new Int8Array(filters.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    const own = filters.subarray(channel * taps, (channel + 1) * taps);
    const reach = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // a channel without weights still needs a scale
    const scale = Math.fround(reach > 0 ? reach / 127 : 1);
    scales[channel] = scale;
    for (const [tap, value] of own.entries()) data[channel * taps + tap] = roundToByte(value / scale);
  }
  return { data, scales };
}

/** Biases as int32 in units of input scale times weight scale: what a kernel adds to its sums. */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  { scales }: QuantizedWeights,
): { readonly data: Int32Array; readonly scales: Float32Array } {
  const units = scales.map((scale) => scale * inputScale);
  const most = 2 ** 31 - 1;
  const data = Int32Array.from(bias, (value, channel) =>
    Math.max(-most, Math.min(most, Math.round(value / units[channel]!))),
  );
  return { data, scales: units };
}

function roundToByte(value: number): number {
  return Math.max(-127, Math.min(127, Math.round(value)));
}
