import { courierMissing, startCourier } from '../support/courier.ts';
import { describeOthers } from './others.ts';

describeOthers('Courier', courierMissing(), () => startCourier());
