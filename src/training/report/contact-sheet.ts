import { type Html, html } from './page.js';

export interface ContactPicture {
  /** JPEG bytes. */
  readonly jpeg: Uint8Array;
  /** What a screen reader says. */
  readonly description: string;
  /** Lines beneath. */
  readonly caption: readonly string[];
}

/** Pictures in a grid, embedded. */
export function contactSheet(pictures: readonly ContactPicture[]): Html {
  return html`<div class="sheet">
    ${pictures.map(
      ({ jpeg, description, caption }) =>
        html`<figure>
          <img src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}" alt="${description}" />
          <figcaption>${caption.map((line) => html`<span>${line}</span>`)}</figcaption>
        </figure>`,
    )}
  </div>`;
}

export const contactSheetCss = `
.sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:14px 10px;margin-top:12px}
.sheet figure{margin:0}
.sheet img{display:block;width:100%;height:auto;border-radius:5px}
.sheet figcaption{font-size:12px;line-height:1.35;color:var(--faint);margin-top:3px}
.sheet figcaption span{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
`;
