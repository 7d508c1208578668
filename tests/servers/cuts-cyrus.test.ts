import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeCuts } from './cuts.ts';

describeCuts('Cyrus', cyrusMissing(), () => startCyrus());
