// @ts-check
import { takeNewPassword } from './new-password.js';

takeNewPassword('reset', '/auth/password/reset');
