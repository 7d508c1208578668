import { courierMissing, startCourier } from '../support/courier.ts';
import { describeJourney } from './journey.ts';

describeJourney('Courier', courierMissing(), startCourier);
