// @ts-check
import { takeNewPassword } from './new-password.js';

takeNewPassword('complete', '/auth/recovery/complete');
