// @ts-check
import { find, ready } from './dom.js';
import { enrol } from './enrolment.js';
import { onSubmit } from './forms.js';
import './shell.js';

onSubmit(find('begin', HTMLFormElement), async () => {
  await enrol();
  location.assign('/console/account');
});
ready();
