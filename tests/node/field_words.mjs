// Prints the keys of the field app's words in both languages, and the places that each text fills in; `{n?of one|of many}` fills in n.
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('../../frontend/src/field/words.js', import.meta.url), 'utf8');
const literal = source.slice(source.indexOf('export const WORDS = ') + 'export const WORDS = '.length, source.indexOf('\n};\n') + 2);
const words = (await import(`data:text/javascript,export default ${encodeURIComponent(literal)}`)).default;
const holes = (text) => [...text.matchAll(/\{(\w+)[?}]/g)].map((one) => one[1]).sort();
console.log(JSON.stringify(Object.fromEntries(
  Object.entries(words).map(([tongue, said]) => [tongue, Object.fromEntries(Object.entries(said).map(([key, text]) => [key, holes(text)]))]),
)));
