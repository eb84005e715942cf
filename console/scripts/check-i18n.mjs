// SPDX-License-Identifier: Apache-2.0
// Fails unless every catalogue has exactly the keys that the source uses, in order, with the same placeholders, every key
// in the source is a literal, and the texts, those of the clinic and of mails too, keep the rules of writing in
// docs/guides/glossary.md that a program can see.

import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../src/', import.meta.url);
const sources = readdirSync(root, { recursive: true }).filter((f) => /\.tsx?$/.test(f) && !/\.(test|gen)\.tsx?$/.test(f));
const complaints = [];
const used = new Set();
const call = /(?<![\w.])(?:t|i18n\.t)\(\s*(?:'([^']+)'|([^)\s][^,)]*))/g;
for (const file of sources) {
  const text = readFileSync(new URL(file, root), 'utf8');
  for (const [, literal, other] of text.matchAll(call)) {
    if (literal) used.add(literal);
    else complaints.push(`${file}: the key is not a literal: t(${other}`);
  }
  for (const [, key] of text.matchAll(/i18nKey="([^"]+)"/g)) used.add(key);
}

const plural = /_(zero|one|two|few|many|other)$/;
const placeholders = (text) => [...text.matchAll(/\{\{(\w+)/g)].map((m) => m[1]).sort().join();
const sentence = (text) => text.length > 4 && text.endsWith('.'); // shorter ones are abbreviations

// What must not be in a text, by language.
const everywhere = [
  [/ {2}|^\s|\s$|[\t\n\u00a0]/, 'has spaces that do not show'],
  [/[‘’“”«»"]/, "has quotation marks: only the apostrophe ' is used"],
  [/\.{3}/, 'has three full stops for an ellipsis (…)'],
  [/\s[,;:?!](?:\s|$)/, 'has a space before a punctuation mark'],
];
const informal = 'does not say usted';
const strange = 'does not use the words of the glossary';
const forbidden = {
  // Oxford spelling: organization and recognize, but catalogue, cancelled and enrol.
  en: [[/\b\w*(?:isation|nise|nised)\b|\b(?:canceled|catalogs?|enroll|enrollment|colors?|behavior)\b/i, 'is not spelt as the others']],
  es: [
    [/^[^¿]*\?|^[^¡]*!/, 'lacks ¿ or ¡'],
    [/(?<![\p{L}])(?:tú|tus?|ti|contigo|tuy[oa]s?|vosotr[oa]s|vuestr[oa]s?|os)(?![\p{L}])/iu, informal],
    [
      /(?<![\p{L}])(?:puedes|quieres|debes|tienes|necesitas|envías|eliges|recibirás|podrás|hayas)(?![\p{L}])/iu,
      informal,
    ],
    // Orders to "tú" that could also be statements ("usa", "espera") count only where a sentence begins with them.
    [
      new RegExp(
        '(?:^|[.:;?!…] )(?:Elige|Pega|Escoge|Usa|Mira|Envía|Repite|Espera|Inicia|Pon|Haz|Olvida|Añade|Renueva|Traslada|Obtén|' +
          'Pide|Quita|Introduce|Comprueba)(?= \\p{Ll})',
        'u',
      ),
      informal,
    ],
    [/(?<![\p{L}])(?:Pega|Déja|Quíta|Guárda|Cópia|Ábre|Ciérra|Renuéva|Cancéla|Inténta|Cámbia|Péga)l[oa]s?(?![\p{L}])/iu, informal],
    [/(?<![\p{L}])(?:libros?|ficheros?|petición de firma|expedir|expide|expidió)(?![\p{L}])/iu, strange],
  ],
  eu: [
    [/\}\}(?:\(|-?\p{L})/u, 'declines a name that is not known'],
    [/\b(?:liburu|autoritate|igorr|igortz|igorle|baliogabetu|baliogabetz)/i, strange],
  ],
};
const catalogues = Object.fromEntries(
  ['en', 'es', 'eu'].map((lang) => [lang, JSON.parse(readFileSync(new URL(`app/locales/${lang}.json`, root), 'utf8'))]),
);
function writing(lang, name, text) {
  for (const [rule, what] of [...everywhere, ...forbidden[lang]]) {
    const found = rule.exec(text);
    if (found) complaints.push(`${lang}: ${name} ${what}: "${found[0]}"`);
  }
}
for (const [lang, texts] of Object.entries(catalogues)) {
  const has = new Set(Object.keys(texts).map((k) => k.replace(plural, '')));
  for (const key of used) if (!has.has(key)) complaints.push(`${lang}: ${key} is missing`);
  for (const key of has) if (!used.has(key)) complaints.push(`${lang}: ${key} is not used`);
  for (const [key, text] of Object.entries(texts)) {
    if (text.trim() === '') complaints.push(`${lang}: ${key} is empty`);
    writing(lang, key, text);
    const reference = catalogues.en[key];
    if (reference === undefined) complaints.push(`${lang}: ${key} is not in en`);
    else if (placeholders(reference) !== placeholders(text)) {
      complaints.push(`${lang}: ${key} has other placeholders than in en`);
    } else if (sentence(reference) !== sentence(text)) {
      complaints.push(`${lang}: ${key} has a full stop where en has none, or none where en has one`);
    }
    if (key.endsWith('_other') && texts[key.replace(plural, '_one')] === undefined) {
      complaints.push(`${lang}: ${key} has no _one beside it`);
    }
  }
  for (const key in catalogues.en) if (texts[key] === undefined) complaints.push(`${lang}: ${key} is not in it`);
  const keys = Object.keys(texts);
  const late = keys.find((key, i) => i > 0 && key < keys[i - 1]);
  if (late !== undefined) complaints.push(`${lang}: ${late} is out of order`);

  // The texts outside the console: their completeness is tested beside them.
  const internal = (path) => readFileSync(new URL(`../../internal/${path}`, root), 'utf8');
  for (const [code, parts] of Object.entries(JSON.parse(internal(`pki/clinic/texts/${lang}.json`)))) {
    for (const part of Object.values(parts)) writing(lang, `clinic ${code}`, part);
  }
  const mails = internal(`mail/templates/${lang}.tmpl`).matchAll(/\{\{define "([\w-]+\.\w+)"\}\}(.*?)\{\{end\}\}$/gms);
  for (const [, name, text] of mails) {
    const lines = text.replaceAll(/\{\{.*?\}\}/g, '{{value}}').split('\n');
    for (const line of lines.filter((l) => l !== '')) writing(lang, `mail ${name}`, line);
  }
}
complaints.sort().forEach((c) => console.error(c));
console.log(`${used.size} texts in ${Object.keys(catalogues).length} languages`);
if (complaints.length > 0) process.exit(1);
