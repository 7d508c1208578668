import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeConformance } from './conformance/conformance.ts';

describeConformance('Cyrus', cyrusMissing(), startCyrus);
