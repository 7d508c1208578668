import { count } from './count.ts';

export const signIn = {
  title: 'Sign in to your mail',
  user: 'Email address',
  password: 'Password',
  submit: 'Sign in',
  working: 'Signing in',
  demo: (user: string, password: string) =>
    `This is a demonstration. Sign in as ${user} with the password ${password}.`,
  useDemo: 'Use this account',
  safe: 'Your password goes to your mail server and is not kept in this browser.',
  needUser: 'Enter your email address.',
  needPassword: 'Enter your password.',
  showPassword: 'Show password',
  hidePassword: 'Hide password',
  failures: {
    auth: 'Your mail server did not accept this address and password. Check both and try again.',
    rate: 'There were too many attempts. Nothing is wrong with your account; wait a minute and try again.',
    unreachable: 'Your mail server does not answer. Your mail is safe there; try again in a few minutes.',
    certificate:
      'Your mail server could not prove who it is, so your password was not sent. Ask whoever runs it to renew its certificate.',
    timeout: 'Your mail server took too long to answer. Try again in a moment.',
    protocol: 'Your mail server gave an answer that could not be understood. Ask whoever runs it for help.',
    many: 'There is no room for one more account in this browser: five fit, fewer where passwords are very long. Sign out of one that you need less, then try again.',
    unlisted:
      'Your mail is on another mail server, which Postern is not allowed to use, so your password was not sent there. Ask whoever runs it to add that server.',
    offline: 'There is no network. Connect, then sign in.',
    storage:
      'This browser does not let Postern store mail here. Leave private browsing or free some space, then try again.',
  },
};

export const accounts = {
  title: 'Accounts',
  /** Of the button that shows whose mail this is. */
  of: (address: string) => `${address}: accounts`,
  open: (address: string) => `Switch to ${address}`,
  add: 'Add account',
  signOut: (address: string) => `Sign out of ${address}`,
  unread: (n: number) => `${n} unread`,
  expired: 'Sign in again',
};

export const signOut = {
  title: 'Sign out and lose unsent work?',
  titleArrived: 'Sign out?',
  text: (n: number, address: string) =>
    `${count(n, 'change or draft', 'changes or drafts')} on this device ${n === 1 ? 'has' : 'have'} not reached your mail server. Signing out removes the mail of ${address} from this device, and these with it.`,
  confirm: 'Sign out and discard',
  finishing: 'Finishing what is on its way, then signing out…',
  arrived: (address: string) =>
    `Everything has reached your mail server after all. Signing out removes the mail of ${address} from this device.`,
  confirmArrived: 'Sign out',
  stay: 'Stay signed in',
  failed: 'You are still signed in: there is no network to sign out. Try again when you are online.',
};
