import type { Size } from '../../../core/geometry/box.js';

/** Pixels of an image, row-major without padding, 1 (grey) or 3 (RGB) bytes a pixel. */
export interface Raster extends Size {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/**
 * Reads an uncompressed Windows bitmap of 8 (palette), 24 or 32 bits a pixel; libvips' prebuilt binary reads none.
 * Source: Microsoft, BITMAPFILEHEADER and BITMAPINFOHEADER.
 * @throws Error saying what is wrong with the file.
 */
export function decodeBmp(file: Uint8Array): Raster {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 54 || view.getUint16(0, true) !== 0x4d42) throw new Error('not a bitmap');
  const header = readHeader(view);
  const { width, height, bits, pixels } = header;
  const stride = ((width * bits + 31) >> 5) << 2; // rows end on 4 bytes
  if (pixels + stride * height > file.length) throw new Error('the file is cut short');
  const palette = bits === 8 ? readPalette(file, header) : null;
  const channels = palette?.every(([red, green, blue]) => red === green && green === blue) ? 1 : 3;
  const data = new Uint8Array(width * height * channels);
  for (let row = 0, out = 0; row < height; row += 1) {
    const line = pixels + stride * (header.bottomUp ? height - 1 - row : row);
    for (let column = 0; column < width; column += 1) {
      const at = line + column * (bits >> 3);
      const [red, green, blue] = palette
        ? (palette[file[at]!] ?? black)
        : [file[at + 2]!, file[at + 1]!, file[at]!];
      data[out++] = red;
      if (channels === 1) continue;
      data[out++] = green;
      data[out++] = blue;
    }
  }
  return { width, height, channels, data };
}

type Rgb = readonly [red: number, green: number, blue: number];
const black: Rgb = [0, 0, 0];

interface BmpHeader extends Size {
  readonly bits: 8 | 24 | 32;
  readonly bottomUp: boolean;
  /** Offset of the first row. */
  readonly pixels: number;
  readonly palette: number;
  readonly colours: number;
}

function readHeader(view: DataView): BmpHeader {
  const headerBytes = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true); // negative: rows from top to bottom
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const plainMasks = compression === 3 && bits === 32; // BI_BITFIELDS, in practice B, G, R, A
  if (headerBytes < 40) throw new Error('an OS/2 bitmap is not supported');
  if (compression !== 0 && !plainMasks) throw new Error(`compression ${compression} is not supported`);
  if (bits !== 8 && bits !== 24 && bits !== 32) throw new Error(`${bits} bits a pixel are not supported`);
  if (width <= 0 || signedHeight === 0) throw new Error(`${width}x${signedHeight} is no size`);
  return {
    ...{ width, height: Math.abs(signedHeight), bits, bottomUp: signedHeight > 0 },
    ...{
      pixels: view.getUint32(10, true),
      palette: 14 + headerBytes,
      colours: view.getUint32(46, true) || 256,
    },
  };
}

function readPalette(file: Uint8Array, { palette, colours }: BmpHeader): Rgb[] {
  return Array.from({ length: Math.min(colours, 256) }, (_, index) => {
    const at = palette + index * 4;
    return [file[at + 2] ?? 0, file[at + 1] ?? 0, file[at] ?? 0];
  });
}
