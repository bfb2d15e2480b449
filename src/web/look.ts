import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';

/** Escaped text; a page is made of nothing else. */
export type Html = ReturnType<typeof html>;

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d;background:#fff;overflow-wrap:anywhere}' +
  'h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1.5rem 0 .5rem}dt,small,.small{color:#5c5a5d}dd{margin:0 0 .75rem}p{margin:.5rem 0}' +
  '.card,details,form.box{border:1px solid #ccc;border-radius:.5rem;padding:.5rem 1rem;margin:.75rem 0}summary{cursor:pointer;font-weight:600;padding:.25rem 0}' +
  'label{display:block;margin:.5rem 0}input,select,textarea,button{font:inherit;box-sizing:border-box}input,select,textarea{width:100%;padding:.5rem}' +
  'button{padding:.6rem 1rem;margin:.5rem .5rem .5rem 0}.trouble{border-left:.3rem solid #b00020;padding-left:.75rem}' +
  'nav form{display:inline}nav a{margin-right:1rem}' +
  '@media(prefers-color-scheme:dark){body{color:#e8e6e9;background:#1a1d21}dt,small,.small{color:#a9a7aa}a{color:#8ab4f8}.card,details,form.box{border-color:#555}}';

// Apart from the page below, where a formatter might add white space that the hash does not know.
const styleElement = raw(`<style>${style}</style>`);

/** A page's only style is known by its hash; nothing else may load, run, frame or be sent from here, but a form to ourselves where there is one. */
export const contentPolicy = (forms: 'none' | 'self'): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    `form-action '${forms}'`,
    "frame-ancestors 'none'",
  ].join('; ');

/** The frame of every page. */
export const page = (title: string, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
