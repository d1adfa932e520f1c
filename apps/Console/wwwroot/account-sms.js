// @ts-check
/** Codes by SMS, for whose role may use them. */
import { showSessions } from './account-places.js';
import { showSecurity } from './account-proofs.js';
import { call } from './api.js';
import { confirmed, offer } from './confirm.js';
import { find } from './dom.js';

/** @param {{ factors: string[], mfaRequired: boolean }} security */
export function showSms({ factors, mfaRequired }) {
  const isUsed = factors.includes('sms');
  const without = mfaRequired ? 'Not enough for your role: others may read a message.' : 'Not set up. An authenticator or a passkey is stronger.';
  find('sms-now', HTMLParagraphElement).textContent = isUsed ? 'In use.' : without;
  find('sms-set', HTMLButtonElement).hidden = isUsed || mfaRequired;
  find('sms-remove', HTMLButtonElement).hidden = !isUsed;
}

offer('set-sms', async ({ phone }) => {
  await call('POST', '/auth/mfa/sms/enroll', { phone });
  setTimeout(openConfirm); // once this dialog is closed
  return 'A code is on its way.';
});

const openConfirm = confirmed('confirm-sms', async ({ code }) => {
  await call('POST', '/auth/mfa/sms/confirm', { code: code.replaceAll(' ', '') });
  await Promise.all([showSecurity(), showSessions()]);
  return 'Codes by SMS are set up.';
});

offer('remove-sms', async () => {
  await call('DELETE', '/auth/mfa/sms');
  await Promise.all([showSecurity(), showSessions()]);
  return 'No more codes by SMS.';
});
