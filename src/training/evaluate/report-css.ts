/** Rules of the evaluation's report, over the page's own. */
export const reportCss = `
.strip{display:flex;gap:10px;overflow-x:auto;margin-top:12px;padding-bottom:8px}
.strip figure{margin:0;flex:0 0 auto;width:min(224px,60vw)}
.strip img{display:block;width:100%;height:auto;border-radius:6px}
.strip figcaption{font-size:13px;line-height:1.35;color:var(--faint);margin-top:4px}
.strip b{color:var(--ink)}
.legend span{margin-right:16px;font-size:14px;white-space:nowrap}
.legend i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:6px;vertical-align:-1px}
.timeline{margin-top:10px}
.timeline p{display:flex;justify-content:space-between;font-size:13px;margin:0}
.timeline p b{font-weight:600}
.timeline p span{color:var(--faint);font-variant-numeric:tabular-nums}
.timeline svg{display:block;width:100%;height:50px;background:var(--panel);border-radius:4px}
.overlap{fill:var(--series1)}
.tracking{fill:var(--truth);background:var(--truth)}
.coasting{fill:var(--series2);background:var(--series2)}
.lost{fill:var(--prediction);background:var(--prediction)}
.absent{fill:var(--rule);background:var(--rule)}
`;
