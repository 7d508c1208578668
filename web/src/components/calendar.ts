/**
 * What a person needs to know of an invitation (RFC 5545, RFC 5546): the first event of a text/calendar part.
 * Hostile input like any other: sizes are bounded, and everything returned is shown as text only.
 */

export interface Invitation {
  readonly method: 'request' | 'cancel' | 'reply' | 'publish' | 'other';
  readonly summary: string;
  /** Milliseconds since 1970; undefined: not given or not understood. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly allDay: boolean;
  /** Set when the times are in a zone that this device does not know: they are shown as written there. */
  readonly zone: string | undefined;
  readonly location: string;
  readonly description: string;
  readonly organiser: { readonly name: string; readonly address: string } | undefined;
  readonly attendees: number;
  readonly repeats: boolean;
}

/** Characters: larger calendars are whole archives, not invitations. */
const LONGEST = 262_144;
const LONGEST_VALUE = 4000;

interface Line {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly value: string;
}

/** undefined: there is no event in it. */
export function readInvitation(text: string): Invitation | undefined {
  const lines = unfolded(text.slice(0, LONGEST));
  const begin = lines.findIndex((line) => line.name === 'BEGIN' && line.value.toUpperCase() === 'VEVENT');
  if (begin < 0) return undefined;
  const event = ownLines(lines.slice(begin + 1));
  const get = (name: string) => event.find((line) => line.name === name);
  const start = moment(get('DTSTART'));
  const end = moment(get('DTEND')) ?? lasting(start, get('DURATION')?.value);
  const organiser = get('ORGANIZER');
  return {
    method: methodOf(lines, get('STATUS')?.value),
    summary: plain(get('SUMMARY')),
    start: start?.at,
    end: end?.at,
    allDay: start?.allDay ?? false,
    zone: start?.zone,
    location: plain(get('LOCATION')),
    description: plain(get('DESCRIPTION')),
    organiser: organiser && {
      name: organiser.parameters.get('CN') ?? '',
      address: organiser.value.replace(/^mailto:/i, '').slice(0, 320),
    },
    attendees: event.filter((line) => line.name === 'ATTENDEE').length,
    repeats: get('RRULE') !== undefined || get('RDATE') !== undefined,
  };
}

/** RFC 5545 §3.1: a line that begins with white space goes on the one before. */
function unfolded(text: string): Line[] {
  return text
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .map(lineOf)
    .filter((line) => line !== undefined);
}

/** Read character by character: a pattern for this can be made to run for hours by who writes the line. */
function lineOf(text: string): Line | undefined {
  const parameters = new Map<string, string>();
  let name = '';
  let key: string | undefined;
  let piece = '';
  let quoted = false;
  const finish = () => {
    if (name === '') name = piece.toUpperCase();
    else if (key !== undefined) parameters.set(key, piece);
    key = undefined;
    piece = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) piece += character;
    else if (character === ':') {
      finish();
      return name === '' ? undefined : { name, parameters, value: text.slice(at + 1) };
    } else if (character === ';') finish();
    else if (character === '=' && name !== '' && key === undefined) {
      key = piece.toUpperCase();
      piece = '';
    } else piece += character;
  }
  return undefined;
}

/** The event's own lines: without those of the alarms inside it. */
function ownLines(lines: readonly Line[]): Line[] {
  const own: Line[] = [];
  let depth = 0;
  for (const line of lines) {
    if (line.name === 'BEGIN') depth++;
    else if (line.name === 'END') {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0) own.push(line);
  }
  return own;
}

function methodOf(lines: readonly Line[], status: string | undefined): Invitation['method'] {
  if (status?.toUpperCase() === 'CANCELLED') return 'cancel';
  const method = lines
    .find((line) => line.name === 'METHOD')
    ?.value.trim()
    .toLowerCase();
  return method === 'request' || method === 'cancel' || method === 'reply' || method === 'publish'
    ? method
    : 'other';
}

/** RFC 5545 §3.3.11. */
function plain(line: Line | undefined): string {
  if (line === undefined) return '';
  return line.value
    .slice(0, LONGEST_VALUE)
    .replace(/\\([\\;,nN])/g, (_, escaped: string) => (escaped.toLowerCase() === 'n' ? '\n' : escaped))
    .trim();
}

interface Moment {
  readonly at: number;
  readonly allDay: boolean;
  readonly zone: string | undefined;
}

function moment(line: Line | undefined): Moment | undefined {
  if (line === undefined) return undefined;
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/.exec(line.value.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (match[4] === undefined) {
    return { at: new Date(year, month - 1, day).getTime(), allDay: true, zone: undefined };
  }
  const utc = Date.UTC(year, month - 1, day, hour, minute, second);
  if (match[7] !== undefined) return { at: utc, allDay: false, zone: undefined };
  const local = new Date(year, month - 1, day, hour, minute, second).getTime();
  const zone = line.parameters.get('TZID');
  if (zone === undefined) return { at: local, allDay: false, zone: undefined };
  const offset = offsetAt(utc, zone);
  if (offset === undefined) return { at: local, allDay: false, zone };
  // The offset belongs to the instant, which is known only roughly: once more, with the better guess.
  return { at: utc - (offsetAt(utc - offset, zone) ?? offset), allDay: false, zone: undefined };
}

/** Milliseconds by which clocks in the zone are ahead of UTC; undefined: no such zone here. */
function offsetAt(instant: number, zone: string): number | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(instant);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
    return shown - Math.floor(instant / 1000) * 1000;
  } catch {
    return undefined;
  }
}

/** RFC 5545 §3.3.6: `PT1H30M`, `P1D`, `P2W`. */
function lasting(start: Moment | undefined, duration: string | undefined): Moment | undefined {
  const match = /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(
    duration?.trim() ?? '',
  );
  if (start === undefined || match === null) return undefined;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const length = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return { ...start, at: start.at + length * 1000 };
}
