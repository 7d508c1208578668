import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { describeHistory } from './history.ts';

describeHistory('Dovecot', dovecotMissing(), () => startDovecot());
