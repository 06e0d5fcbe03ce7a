/** Asks for files of programs that are not here come from scanners, which look for a way in; people and browsers send none. */
import { security } from '@sentrikat/instrumentation/security';
import type { RequestHandler } from 'express';

import { quoted } from '../events.ts';

const ofOthers = /^\/(\.env|\.git\/|wp-login\.php|phpmyadmin\/|cgi-bin\/)/i;

/** It is answered like any other path that is not there. */
export const detectScanner: RequestHandler = (...[request, , next]) => {
  if (ofOthers.test(request.path))
    security.record({ event: 'abuse.attack_detected', reason: 'scanner', details: quoted(request.path) });
  next();
};
