import { startEmbedded } from '../support/embedded.ts';
import { describeConformance } from './conformance/conformance.ts';

describeConformance('Embedded', undefined, async () => ({ ...(await startEmbedded()), version: '' }));
