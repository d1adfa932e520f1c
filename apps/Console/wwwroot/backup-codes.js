// @ts-check
import { call } from './api.js';
import { find, ready } from './dom.js';
import { showBackupCodes } from './enrolment.js';
import { onSubmit } from './forms.js';
import './shell.js';

onSubmit(find('begin', HTMLFormElement), async () => {
  const { body } = await call('POST', '/auth/mfa/backup-codes');
  await showBackupCodes(body.backupCodes);
  location.assign('/console/account');
});
ready();
