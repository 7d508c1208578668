import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { describeOthers } from './others.ts';

describeOthers('Dovecot', dovecotMissing(), () => startDovecot());
