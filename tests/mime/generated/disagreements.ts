/** Where Postern and mailparser read generated messages differently: the reason, and what differs. Postern means it in every case. */
export const GENERATED_DISAGREEMENTS: Readonly<Record<string, readonly string[]>> = {
  'Single quotes around a name are quotes to Postern.': ['addresses of address: single quotes'],
  'A name that repeats the address: mailparser drops it.': ['addresses of address: address as name'],
  'A route (RFC 5322 §4.4) is no part of the address.': ['addresses of address: route'],
  'An account without a domain is an address to Postern and a name to mailparser.': [
    'addresses of address: no domain',
  ],
  'mailparser decodes domains; to Postern that is for whoever shows them.': [
    'addresses of address: international domain',
  ],
  'A quote that is never closed costs Postern the quote, not the address.': [
    'addresses of address: unclosed quote',
  ],
  'Signatures and the control part of encryption are not listed by Postern.': [
    'attachments of structure: signed',
    'attachments of structure: encrypted',
  ],
  'An embedded message is shown under its own header by Postern, appended by mailparser.': [
    'plain of structure: digest',
  ],
  'A delivery report is shown as one by Postern, appended as text by mailparser.': [
    'plain of structure: delivery report',
  ],
  'A text with a file name can be saved, although it is shown.': [
    'attachments of structure: text file inline',
  ],
  'mailparser lists an invitation that is one of the alternatives as an attachment, Postern shows it.': [
    'attachments of structure: calendar as alternative',
  ],
  'mailparser joins flowed lines but not those of quotes (RFC 3676 §4.5).': ['plain of flowed: quotes'],
  'A comment in Content-Type (RFC 2045 §5.1): mailparser takes it for part of the type.': [
    'plain of header: comment in the type',
    'attachments of header: comment in the type',
  ],
};
