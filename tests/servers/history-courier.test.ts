import { courierMissing, startCourier } from '../support/courier.ts';
import { describeHistory } from './history.ts';

describeHistory('Courier', courierMissing(), () => startCourier());
