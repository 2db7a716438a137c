import { darkRules, palette } from './palette.js';

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

export interface Section {
  readonly heading: string;
  readonly body: Html;
  /** One line under the heading. */
  readonly note?: string | undefined;
}

export interface Page {
  readonly title: string;
  /** Under the title. */
  readonly lead: Html;
  readonly sections: readonly Section[];
  /** Rules of this page alone. */
  readonly css?: string | undefined;
}

/** Template tag: escapes what is filled in, unless it is {@link Html} (or a list of it) already. */
export function html(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const filled = values.map((value) => {
    if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
    return 'html' in value ? value.html : value.map((part) => part.html).join('');
  });
  return { html: String.raw({ raw: strings }, ...filled) };
}

/** Takes SVG or other markup as it is. */
export function rawHtml(markup: string): Html {
  return { html: markup };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A self-contained page: no script, no request; light and dark; one column on a phone. */
export function htmlPage({ title, lead, sections, css = '' }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${rawHtml(pageCss + css)}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${lead}
        </header>
        <main>${sections.map(renderSection)}</main>
      </body>
    </html> `.html;
}

/** Charts side by side where there is room. */
export function chartGrid(svgs: readonly string[]): Html {
  return html`<div class="charts">
    ${svgs.map((svg) => html`<figure class="chart">${rawHtml(svg)}</figure>`)}
  </div>`;
}

function renderSection({ heading, body, note }: Section): Html {
  const under = note === undefined ? rawHtml('') : html`<p class="note">${note}</p>`;
  return html`<section>
    <h2>${heading}</h2>
    ${under}${body}
  </section> `;
}

function variables(ground: 'light' | 'dark'): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${colour[ground]};`)
    .join('');
}

const pageCss = `
:root{${variables('light')}}
@media (prefers-color-scheme:dark){:root{${variables('dark')}}${darkRules('.chart')}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:20px 16px 48px;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,sans-serif}
h1{font-size:24px;line-height:1.2;margin:0 0 8px}
h2{font-size:18px;margin:36px 0 4px}
p{margin:4px 0}
.note{color:var(--faint);font-size:14px;max-width:70ch}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,400px),1fr));gap:12px;margin-top:12px;align-items:start}
.chart{margin:0;padding:10px;background:var(--panel);border-radius:8px}
.chart svg{display:block;width:100%;height:auto}
.scroll{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
th{font-weight:600;color:var(--faint);font-size:13px}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--ground)}
tr.total td{font-weight:600}
.figures{display:flex;flex-wrap:wrap;gap:10px 28px;margin:14px 0 0;padding:0}
.figures div{min-width:88px}
.figures dt{color:var(--faint);font-size:13px}
.figures dd{margin:0;font-size:22px;font-weight:600;font-variant-numeric:tabular-nums}
.warning{border-left:4px solid var(--prediction);padding:6px 12px;background:var(--panel);margin-top:12px}
`;
