/** /api/docs: the table of routes for people, written here, without scripts and without any other server. */
import { PROBLEMS } from '../problems.ts';
import type { Route } from '../route.ts';
import { Nothing } from '#shared/model/api/common.ts';
import { schemaOf, tagOf } from './openapi.ts';

const STYLE = `
:root { color-scheme: light dark; --ground: #E4E7EA; --card: #F2F4F6; --text: #1B2025; --muted: #4F5963; --line: #CBD2D9 }
@media (prefers-color-scheme: dark) { :root { --ground: #1B1F24; --card: #252A31; --text: #E6EAEE; --muted: #A9B3BD; --line: #3A424B } }
body { font: 15px/1.5 system-ui, sans-serif; background: var(--ground); color: var(--text); margin: 0 auto; max-width: 60rem; padding: 1rem }
details, p.note { background: var(--card); border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .5rem .8rem }
summary { cursor: pointer; overflow-wrap: anywhere } code, pre { font-family: ui-monospace, monospace; font-size: 13px }
pre { overflow: auto; border-top: 1px solid var(--line); padding-top: .5rem } .muted { color: var(--muted) } a { color: inherit }
td { padding: .1rem 1rem .1rem 0 }`;

export function docsPage(routes: readonly Route[], version: string): string {
  const names = [...new Set(routes.map(tagOf))];
  const parts = names.map(
    (name) =>
      `<h2 id="${escape(name)}">${escape(name)}</h2>${routes
        .filter((route) => tagOf(route) === name)
        .map(describe)
        .join('')}`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Leitwarte API</title><style>${STYLE}</style></head><body><main>
<h1>Leitwarte API <span class="muted">${escape(version)}</span></h1>
<p class="note">Everything is below <code>/api/v1</code>, in JSON, times in UTC. Log in with a cookie (<code>POST /session</code>; unsafe methods
then need the header <code>x-csrf-token</code>) or send <code>Authorization: Bearer TOKEN</code>. For programs:
<a href="/api/openapi.json">OpenAPI</a>, <a href="/api/asyncapi.json">AsyncAPI of the MQTT topics</a>.</p>
${parts.join('')}
<h2 id="problems">Problems</h2><p>Errors are <code>application/problem+json</code>; <code>type</code> leads here.</p><table>
${Object.entries(PROBLEMS)
  .map(
    ([kind, [status, title]]) =>
      `<tr id="${kind}"><td><code>${status}</code></td><td><code>${kind}</code></td><td>${escape(title)}</td></tr>`,
  )
  .join('')}
</table></main></body></html>`;
}

function describe(route: Route): string {
  const may = route.may === 'anyone' ? 'anyone' : route.may;
  return `<details><summary><code><b>${route.method.toUpperCase()}</b> ${escape(route.path)}</code> ${escape(route.summary)}
<span class="muted">(${escape(may)})</span></summary>${schema('Query', route.query, 'input')}${
    route.takes === 'document' ? '<p>Body: YAML or JSON, up to 10 MB.</p>' : schema('Body', route.body, 'input')
  }${
    route.answer === null
      ? '<p>Answer: server-sent events.</p>'
      : schema('Answer', route.answer === Nothing ? undefined : route.answer, 'output')
  }</details>`;
}

function schema(title: string, of: Route['query'], io: 'input' | 'output'): string {
  return of ? `<pre>${title}: ${escape(JSON.stringify(schemaOf(of, io), null, 1))}</pre>` : '';
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
