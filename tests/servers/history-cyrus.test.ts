import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeHistory } from './history.ts';

describeHistory('Cyrus', cyrusMissing(), () => startCyrus());
