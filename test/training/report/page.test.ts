import test from 'ava';
import { chartGrid, html, htmlPage, rawHtml } from '../../../src/training/report/page.js';

test('what is filled into a page is escaped, markup is not', (t) => {
  t.is(
    html`<p>${'<b> & "c"'}${1}${rawHtml('<i>')}${[rawHtml('x'), rawHtml('y')]}</p>`.html,
    '<p>&#60;b&#62; &#38; &#34;c&#34;1<i>xy</p>',
  );
});

test('a page is self-contained: it asks for nothing and runs nothing', (t) => {
  const page = htmlPage({
    title: 'A & B',
    lead: rawHtml(''),
    sections: [{ heading: 'One', note: 'why <not>', body: chartGrid(['<svg></svg>']) }],
  });
  t.notRegex(page, /https?:|<script|<link|url\(|@import/);
  t.regex(page, /<title>A &#38; B<\/title>/);
  t.regex(page, /prefers-color-scheme:dark/);
  t.regex(page, /name="viewport"/);
  t.regex(page, /why &#60;not&#62;/);
});
