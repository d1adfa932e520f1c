// Writes src/Palisade/Validation/Data/disposable-domains.br from the npm package disposable-email-domains.
//
//     npm pack disposable-email-domains && tar xzf disposable-email-domains-*.tgz
//     node eng/data/disposable-domains.mjs package
//
// The result is one Brotli stream of A-label domains, one a line, in byte order. A domain whose parent is listed is
// left out, because the reader matches suffixes.
import { readFileSync, writeFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node eng/data/disposable-domains.mjs FOLDER-OF-THE-UNPACKED-PACKAGE');

// Under these anybody registers a domain of their own: a suffix match would refuse whole countries' schools and shops.
const registries = new Set(['edu.pl', 'my.id', 'net.ee', 'web.id', 'za.com']);

// Asked for by name (R195) and missing from the list.
const named = ['tempmail.com', 'guerrillamail.com', '10minutemail.com', 'throwaway.email', 'mailinator.com', 'trashmail.com'];

// Asked for by name to pass (R195), and in the list all the same.
const exempt = new Set(['notmailinator.com']);

const listed = ['index.json', 'wildcard.json'].flatMap(file => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
const domains = new Set([...listed, ...named].map(domainToASCII)
  .filter(domain => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) && !registries.has(domain) && !exempt.has(domain)));

const hasListedParent = domain => {
  for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1))
    if (domains.has(domain.slice(dot + 1))) return true;
  return false;
};

// The default sort compares UTF-16 units, which for ASCII is byte order.
const lines = [...domains].filter(domain => !hasListedParent(domain)).sort();
const text = Buffer.from(lines.join('\n') + '\n');
writeFileSync(new URL('../../src/Palisade/Validation/Data/disposable-domains.br', import.meta.url), brotliCompressSync(text, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
}));
process.stdout.write(`${lines.length} domains, ${text.length} bytes\n`);
