const keep =
  'Do not clear what the browser keeps of this site: mail that has not been sent would go with it.';

/** Where Postern cannot run at all, or cannot open the mail that is on this device. */
export const unable = {
  insecure: {
    title: 'Postern needs a secure connection',
    text: 'This page was opened without encryption, and there the browser allows no mail to be kept.',
    todo: 'Open it at an address that begins with https://. If there is none, ask whoever runs Postern to set one up.',
  },
  browser: {
    title: 'This browser cannot run Postern',
    text: 'It is too old, or does not let this page keep anything.',
    todo: 'Update it, or use Chrome, Edge, Firefox or Safari from 2024 or later. Leave private browsing if you use it.',
  },
  version: {
    title: 'This page is older than your mail here',
    text: 'A newer Postern has been used in this browser, and this one cannot read what it keeps. Nothing is lost.',
    todo: 'Try again. If that does not help, close all tabs of Postern and open it anew.',
  },
  blocked: {
    title: 'Another tab is in the way',
    text: 'It holds the mail on this device, which has to be put in order for this version of Postern. Nothing is lost.',
    todo: 'Close the other tabs of Postern, then try again.',
  },
  quota: {
    title: 'This device is full',
    text: 'Without a little room the browser cannot open the mail that is here. Nothing is lost.',
    todo: `Free some space, then try again. ${keep}`,
  },
  failed: {
    title: 'The mail on this device cannot be opened',
    text: 'The browser does not give it back at the moment. What was not sent yet may still be here.',
    todo: `Try again, or restart the browser first. ${keep}`,
  },
  safe: 'Your mail is safe on your mail server.',
  again: 'Try again',
  other: 'Sign in to another account',
};
