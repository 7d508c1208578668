import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeLimits } from './limits.ts';

describeLimits('Cyrus', cyrusMissing(), () => startCyrus());
