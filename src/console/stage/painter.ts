import type { PictureHeader } from '../../core/console/server-messages.js';

type PictureTrack = NonNullable<PictureHeader['track']>;

/** On any picture, in any light: bright strokes over a dark halo. */
const colours: Readonly<Record<PictureTrack['state'], string>> = {
  tracking: '#3dff9a',
  coasting: '#ffc61a',
  lost: '#ff4757',
  idle: '#ffffff',
};

/** What is drawn besides the target. */
export interface Marks {
  readonly lookAlikes: boolean;
  /** Where the gimbal aims: the picture's middle. */
  readonly crosshair: boolean;
}

export interface Overlay extends Marks {
  /** Of the image in which boxes are given. */
  readonly width: number;
  readonly height: number;
  readonly track: Pick<PictureTrack, 'state' | 'box' | 'confidence' | 'distractors'> | null;
}

/** Draws boxes over a picture that fills the canvas. @param scale device pixels per CSS pixel */
export function drawOverlay(context: CanvasRenderingContext2D, overlay: Overlay, scale: number): void {
  const { track } = overlay;
  const { width, height } = context.canvas;
  context.save();
  context.scale(width / overlay.width, height / overlay.height);
  const unit = (scale * overlay.width) / width; // one CSS pixel in image pixels
  if (overlay.crosshair) drawCrosshair(context, overlay, unit);
  if (overlay.lookAlikes) for (const box of track?.distractors ?? []) drawLookAlike(context, box, unit);
  if (track?.box) drawTarget(context, track.box, track, unit);
  context.restore();
}

interface Corner {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Seen: a whole frame with strong corners. Predicted: dashed, without corners. */
function drawTarget(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Corner,
  { state, confidence }: Pick<PictureTrack, 'state' | 'confidence'>,
  unit: number,
): void {
  const colour = colours[state];
  // on a small box, as on a phone, thick strokes would hide what is in it
  const fine = Math.min(width, height) < 48 * unit ? 0.55 : 1;
  const frame = (): void => {
    context.strokeRect(x, y, width, height);
  };
  const corners = (): void => {
    const arm = Math.min(width, height, 44 * unit) / 3.2;
    context.beginPath();
    for (const [cornerX, cornerY, right, down] of [
      [x, y, 1, 1],
      [x + width, y, -1, 1],
      [x + width, y + height, -1, -1],
      [x, y + height, 1, -1],
    ] as const) {
      context.moveTo(cornerX + right * arm, cornerY);
      context.lineTo(cornerX, cornerY);
      context.lineTo(cornerX, cornerY + down * arm);
    }
    context.stroke();
  };
  const stroke = (draw: () => void, style: string, lineWidth: number): void => {
    context.strokeStyle = style;
    context.lineWidth = lineWidth * unit * fine;
    draw();
  };
  context.lineCap = 'square';
  if (state === 'coasting') {
    stroke(frame, 'rgb(0 0 0 / 70%)', 5);
    context.lineCap = 'butt';
    context.setLineDash([9 * unit * fine, 7 * unit * fine]);
    stroke(frame, colour, 2.5);
    context.setLineDash([]);
  } else {
    stroke(frame, 'rgb(0 0 0 / 55%)', 4);
    stroke(corners, 'rgb(0 0 0 / 70%)', 7);
    stroke(frame, colour, 1.5);
    stroke(corners, colour, 4);
  }
  drawLabel(context, { x, y: y + height }, `${Math.round(confidence * 100)} %`, colour, unit);
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: number; readonly y: number },
  text: string,
  colour: string,
  unit: number,
): void {
  context.font = `700 ${13 * unit}px ui-monospace, "DejaVu Sans Mono", monospace`;
  context.textBaseline = 'top';
  const width = context.measureText(text).width + 10 * unit;
  const top = y + 7 * unit;
  context.fillStyle = 'rgb(0 0 0 / 75%)';
  context.fillRect(x - 2 * unit, top, width, 19 * unit);
  context.fillStyle = colour;
  context.fillText(text, x + 3 * unit, top + 3.5 * unit);
}

function drawLookAlike(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Corner,
  unit: number,
): void {
  context.setLineDash([2 * unit, 4 * unit]);
  context.lineWidth = 3 * unit;
  context.strokeStyle = 'rgb(0 0 0 / 40%)';
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5 * unit;
  context.strokeStyle = 'rgb(255 255 255 / 75%)';
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}

/** Two fine lines that leave the middle open, so that they hide nothing of the target. */
function drawCrosshair(
  context: CanvasRenderingContext2D,
  { width, height }: Pick<Overlay, 'width' | 'height'>,
  unit: number,
): void {
  const [x, y] = [width / 2, height / 2];
  const [open, end] = [7 * unit, 30 * unit];
  context.beginPath();
  for (const way of [-1, 1]) {
    context.moveTo(x + way * open, y);
    context.lineTo(x + way * end, y);
    context.moveTo(x, y + way * open);
    context.lineTo(x, y + way * end);
  }
  context.lineCap = 'butt';
  for (const [style, lineWidth] of [
    ['rgb(0 0 0 / 55%)', 4],
    ['rgb(255 255 255 / 90%)', 1.5],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = lineWidth * unit;
    context.stroke();
  }
}
