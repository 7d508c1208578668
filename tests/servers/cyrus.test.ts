import { cyrusMissing, startCyrus } from '../support/cyrus.ts';
import { describeJourney } from './journey.ts';

describeJourney('Cyrus', cyrusMissing(), startCyrus, { decodes: true });
