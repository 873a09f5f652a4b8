// A stand-in for ODK Collect: takes a form from formList, checks its hash, fills it by the engine of ODK Web Forms and
// posts what the engine made. Usage: node openrosa_client.mjs SERVER; reads lines {"form", "answers": name -> value} from
// standard input and says one line of JSON for each, {"error"} where it could not be filled in.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
globalThis.__dirname = here;
const need = createRequire(pathToFileURL(resolve(here, '../../frontend/package.json')));
const { JSDOM } = need('jsdom');
const dom = new JSDOM('<!doctype html>', { url: 'http://localhost/' });
for (const name of ['DOMParser', 'XMLSerializer', 'XPathEvaluator', 'XPathResult', 'XPathExpression', 'Node', 'Element',
  'Attr', 'Text', 'Comment', 'CDATASection', 'Document', 'XMLDocument', 'HTMLElement', 'document', 'window',
  'ProcessingInstruction', 'NodeFilter', 'DocumentType', 'DOMException'])
  globalThis[name] ??= name === 'window' ? dom.window : dom.window[name];

const server = process.argv[2];
const headers = { 'X-OpenRosa-Version': '1.0', 'Accept-Language': 'zh' };
const md5 = (text) => `md5:${createHash('md5').update(text).digest('hex')}`;
const parse = (text) => new DOMParser().parseFromString(text, 'text/xml');
const engine = await import(pathToFileURL(need.resolve('@getodk/xforms-engine')));
const child = (node, name) => [...node.getElementsByTagNameNS('*', name)].map((one) => one.textContent)[0];
const fetched = async (url) => {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${answer.status} ${url}: ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
};
const checked = async (node) => {
  const content = await fetched(child(node, 'downloadUrl'));
  if (md5(content) !== child(node, 'hash')) throw new Error(`hash of ${child(node, 'downloadUrl')}`);
  return content;
};

const fill = async (wanted, answers) => {
  const list = parse((await fetched(`${server}/formList`)).toString());
  const form = [...list.getElementsByTagNameNS('*', 'xform')].find((one) => child(one, 'formID') === wanted);
  const xform = (await checked(form)).toString();
  const files = {};
  if (child(form, 'manifestUrl')) {
    const manifest = parse((await fetched(child(form, 'manifestUrl'))).toString());
    for (const one of manifest.getElementsByTagNameNS('*', 'mediaFile')) files[child(one, 'filename')] = await checked(one);
  }

  const loaded = await engine.loadForm(xform, {
    fetchFormAttachment: async (url) => {
      const name = decodeURIComponent(String(url).split('/').at(-1));
      return new Response(files[name], { headers: { 'Content-Type': 'text/csv; charset=utf-8' } });
    },
  });
  if (loaded.status === 'failure') throw loaded.error;
  const root = loaded.createInstance().root;
  const nodes = (node) => [node, ...(node.currentState.children ?? []).flatMap(nodes)];
  const called = (name) => nodes(root).find((node) => node.currentState.reference?.endsWith(`/${name}`));
  const seen = {};
  for (const [name, value] of Object.entries(answers)) {
    const node = called(name);
    if (!node) throw new Error(`no question ${name}`);
    if (!node.currentState.relevant) throw new Error(`not asked: ${name}`);
    if (node.nodeType === 'select') node.selectValues(value.split(' '));
    else node.setValue(node.valueType === 'int' ? BigInt(value) : value);
    seen[name] = node.currentState.label?.asString ?? '';
  }
  const asked = nodes(root).filter((node) => node.currentState.relevant && node.currentState.reference)
    .map((node) => node.currentState.reference.split('/').at(-1));
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  if (payload.status !== 'ready') throw new Error(JSON.stringify(payload.violations.map((one) => String(one.reference))));
  const xml = await payload.data[0].get('xml_submission_file').text();

  const head = await fetch(`${server}/submission`, { method: 'HEAD', headers });
  const send = async (text) => {
    const body = new FormData();
    body.set('xml_submission_file', new Blob([text], { type: 'text/xml' }), 'xml_submission_file');
    const answer = await fetch(`${server}/submission?deviceID=node`, { method: 'POST', headers, body });
    return [answer.status, (await answer.text()).slice(0, 400)];
  };
  const [first, again] = [await send(xml), await send(xml)];
  const other = await send(xml.replace('</data>', ' </data>'));
  return { head: head.status, first, again, other, xml, asked, seen };
};

for await (const line of createInterface({ input: process.stdin })) {
  const { form, answers } = JSON.parse(line);
  const said = await fill(form, answers).catch((fault) => ({ error: String(fault?.stack ?? fault) }));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
process.exit(0);
