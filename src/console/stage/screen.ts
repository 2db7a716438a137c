import type { PictureHeader } from '../../core/console/server-messages.js';
import { drawOverlay, type Marks } from './painter.js';

/** The canvas: keeps the last picture, so that it can be drawn again when the page changes its size. */
export class Screen {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #observer: ResizeObserver;
  #marks: Marks;
  #last: { readonly bitmap: ImageBitmap; readonly header: PictureHeader } | null = null;

  constructor(canvas: HTMLCanvasElement, marks: Marks) {
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('this browser draws no pictures');
    this.#canvas = canvas;
    this.#context = context;
    this.#marks = marks;
    this.#observer = new ResizeObserver(() => {
      this.redraw();
    });
    this.#observer.observe(canvas);
  }

  /** Draws a picture and its boxes, together. @throws when it is damaged. */
  async show(header: PictureHeader, jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
    const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' }));
    this.#last?.bitmap.close();
    this.#last = { bitmap, header };
    this.redraw();
    const { dataset } = this.#canvas;
    dataset['sequence'] = String(header.sequence);
    dataset['capturedAtNs'] = header.capturedAtNs;
  }

  /** @param marks what is drawn from now on */
  redraw(marks = this.#marks): void {
    this.#marks = marks;
    if (!this.#last) return;
    const { bitmap, header } = this.#last;
    const canvas = this.#canvas;
    const scale = devicePixelRatio;
    const width = Math.max(1, Math.round(canvas.clientWidth * scale));
    const height = Math.max(1, Math.round(canvas.clientHeight * scale));
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    this.#context.imageSmoothingQuality = 'high';
    this.#context.drawImage(bitmap, 0, 0, width, height);
    drawOverlay(this.#context, { ...header, ...marks }, scale * strokeScale());
  }

  close(): void {
    this.#observer.disconnect();
    this.#last?.bitmap.close();
    this.#last = null;
  }
}

/** On a large screen, where everything is larger, boxes are too. */
function strokeScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}
