import { courierMissing, startCourier } from '../support/courier.ts';
import { describeConformance } from './conformance/conformance.ts';

describeConformance('Courier', courierMissing(), startCourier);
