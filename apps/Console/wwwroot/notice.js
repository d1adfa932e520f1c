// @ts-check
/** A page that only says something. */
import { ready } from './dom.js';
import './shell.js';

ready();
