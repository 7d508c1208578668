import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { describeLimits } from './limits.ts';

describeLimits('Dovecot', dovecotMissing(), () => startDovecot());
