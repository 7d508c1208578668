import { dovecotMissing, startDovecot } from '../support/dovecot.ts';
import { describeConformance } from './conformance/conformance.ts';

describeConformance('Dovecot', dovecotMissing(), startDovecot);
