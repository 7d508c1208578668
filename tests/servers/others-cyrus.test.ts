import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeOthers } from './others.ts';

describeOthers('Cyrus', cyrusMissing(), () => startCyrus());
