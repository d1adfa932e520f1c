// @ts-check
/** The second factor: scan, confirm, keep the backup codes. The end of a set-up, and of a first sign-in. */
import { call } from './api.js';
import { copy, find, make, offerDownload, showStep } from './dom.js';
import { onSubmit } from './forms.js';

/**
 * Enrols an authenticator, for a challenge or for who is signed in; resolves once the person says the backup codes are kept.
 * @param {string} [challenge]
 */
export async function enrol(challenge) {
  const { body: seed } = await call('POST', '/auth/mfa/totp/enroll', { challenge });
  find('qr', HTMLImageElement).src = seed.qrCode;
  find('secret', HTMLElement).textContent = seed.secret.replaceAll(/(.{4})(?=.)/g, '$1 ');
  const link = find('otpauth', HTMLAnchorElement);
  link.hidden = !seed.otpauthUri.startsWith('otpauth://');
  link.href = seed.otpauthUri;
  showStep('authenticator');

  await new Promise((resolve) => {
    onSubmit(find('confirm', HTMLFormElement), async ({ code }) => {
      const { body } = await call('POST', '/auth/mfa/totp/confirm', { challenge, code: code.replaceAll(' ', '') });
      resolve(showBackupCodes(body.backupCodes));
    });
  });
}

/**
 * Shows them, this once; resolves when the person says they are kept.
 * @param {string[]} codes
 */
export function showBackupCodes(codes) {
  find('backup-codes', HTMLOListElement).replaceChildren(...codes.map((code) => make('li', {}, make('code', {}, code))));
  const text = codes.join('\n');
  const said = find('codes-said', HTMLParagraphElement);
  find('copy-codes', HTMLButtonElement).addEventListener('click', () => copy(text, said));
  const link = find('download-codes', HTMLAnchorElement);
  offerDownload(link, `Palisade backup codes for ${location.host}. Each opens the account once.\n\n${text}\n`, 'text/plain');
  link.addEventListener('click', () => (said.textContent = 'Downloaded.'));
  showStep('backup-codes');
  return new Promise((resolve) => find('codes-kept', HTMLButtonElement).addEventListener('click', resolve, { once: true }));
}
