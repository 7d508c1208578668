/** Where Postern cannot run at all. */
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
  safe: 'Your mail is safe on your mail server.',
};
