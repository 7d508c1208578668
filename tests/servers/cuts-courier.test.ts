import { courierMissing, startCourier } from '../support/courier.ts';
import { describeCuts } from './cuts.ts';

describeCuts('Courier', courierMissing(), () => startCourier());
