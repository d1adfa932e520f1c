// Writes src/Palisade/Validation/Data/phone-plans.json and tests/data/phone-examples.json from the npm package
// libphonenumber-js, which carries the metadata of Google's libphonenumber.
//
//     npm pack libphonenumber-js && tar xzf libphonenumber-js-*.tgz
//     node eng/data/phone-plans.mjs package
//
// One plan a line. Plans that share a calling code stand in the order in which a number is looked for in them, the
// code's main country first; a plan of no country has the region "001".
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node eng/data/phone-plans.mjs FOLDER-OF-THE-UNPACKED-PACKAGE');
const read = file => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
const metadata = read('metadata.max.json');

// \d matches every script's digits in .NET; $1 followed by a digit would be another group there.
const pattern = text => text ? text.replaceAll('\\d', '[0-9]') : undefined;
const template = text => text ? text.replaceAll(/\$(\d)/g, '$${$1}') : undefined;

// ITU-T E.123 groups an international number by spaces and nothing else.
const grouping = text => template(text.replaceAll(/[^$\d]+/g, ' ').trim());

const kindNames = ['fixedLine', 'mobile', 'tollFree', 'premiumRate', 'personal', 'voicemail', 'uan', 'pager', 'voip', 'sharedCost'];

const kindsOf = (types, lengths) => Object.fromEntries((types || [])
  .map((type, index) => [kindNames[index], type && { pattern: pattern(type[0] || types[0][0]), lengths: type[1] || lengths }])
  .filter(([, kind]) => kind));

const formatsOf = formats => (formats || [])
  .filter(([, , , , , international]) => international !== 'NA')
  .map(([numbers, national, leading, , , international]) => ({
    pattern: pattern(numbers), leading: pattern(leading?.at(-1)), template: grouping(international || national),
  }));

const planOf = (region, [code, idd, numbers, lengths, formats, prefix, , prefixForParsing, transform, , leading, types]) => ({
  region, code, internationalPrefix: pattern(idd || undefined), numbers: pattern(numbers), lengths,
  nationalPrefix: pattern(prefixForParsing || prefix || undefined), transform: template(transform || undefined),
  leading: pattern(leading || undefined), kinds: kindsOf(types, lengths), formats: formatsOf(formats),
});

const plans = [
  ...Object.values(metadata.country_calling_codes).flat().map(region => planOf(region, metadata.countries[region])),
  ...Object.values(metadata.nonGeographic).map(plan => planOf('001', plan)),
];

const repository = new URL('../../', import.meta.url);
const lines = plans.map(plan => JSON.stringify(plan));
writeFileSync(new URL('src/Palisade/Validation/Data/phone-plans.json', repository), `[\n${lines.join(',\n')}\n]\n`);

const examples = Object.entries(read('examples.mobile.json'))
  .map(([region, number]) => `  "${region}": "+${metadata.countries[region][0]}${number}"`);
writeFileSync(new URL('tests/data/phone-examples.json', repository), `{\n${examples.join(',\n')}\n}\n`);
process.stdout.write(`${plans.length} plans, ${examples.length} examples\n`);
