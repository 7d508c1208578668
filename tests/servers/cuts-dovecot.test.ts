import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { describeCuts } from './cuts.ts';

describeCuts('Dovecot', dovecotMissing(), () => startDovecot());
