import { headerText } from './mime.ts';

/** Somebody who writes. */
export interface Person {
  readonly name: string;
  readonly address: string;
  /** Minutes east of UTC. */
  readonly zone: number;
  /** The charset of this person's mail program, where it is an old one. */
  readonly charset?: string;
}

function person(name: string, address: string, zone = 0, charset?: string): Person {
  return { name, address, zone, ...(charset === undefined ? {} : { charset }) };
}

/** The people around the Saltmere Harbour Trust. */
export const people = {
  ada: person('Ada Marlowe', 'ada@postern.example'),
  grace: person('Grace Okafor', 'grace@postern.example'),
  tomasz: person('Tomasz Wieczorek', 'tomasz@slipway-boats.example'),
  ingrid: person('Ingrid Solheim', 'ingrid.solheim@saltmere-archive.example', 60),
  priya: person('Priya Raman', 'p.raman@ramanstructures.example'),
  seun: person('Seun Adeyemi', 's.adeyemi@saltmereschool.example'),
  margaret: person('Margaret Pell', 'margaret.pell@gardenpost.example'),
  halvard: person('Halvard Lien', 'halvard@saltmereferry.example', 60),
  nell: person('Nell Ashdown', 'nell@harbourkitchen.example'),
  owen: person('Owen Pritchard', 'owen.pritchard@lightkeepers.example'),
  beatriz: person('Beatriz Fonseca', 'beatriz@fonseca-glass.example', 0, 'iso-8859-1'),
  council: person('Saltmere Town Council', 'planning@saltmere-council.example'),
  jonas: person('Jonas Brändli', 'jonas.braendli@seemuseum.example', 60, 'iso-8859-1'),
  kaethe: person('Käthe Zumsteg', 'kaethe@zumsteg.example', 60, 'windows-1252'),
  yuki: person('田辺ゆき', 'yuki.tanabe@onomichi-port.example', 540, 'iso-2022-jp'),
  kenji: person('森健二', 'mori@todai-hozon.example', 540, 'shift_jis'),
  layla: person('ليلى حداد', 'layla@alexandria-lights.example', 120, 'windows-1256'),
  noam: person('נועם פרץ', 'noam@haifa-port-museum.example', 120),
  olga: person('Ольга Лебедева', 'o.lebedeva@mayak.example', 180, 'koi8-r'),
  wang: person('王海', 'wanghai@dengta.example', 480, 'gb18030'),
  minseo: person('김민서', 'minseo@deungdae.example', 540, 'euc-kr'),
  lucie: person('Lucie Kerbrat', 'lucie.kerbrat@phare-kerbrat.example', 60, 'windows-1252'),
} as const satisfies Record<string, Person>;

export type PersonName = keyof typeof people;

/** `Name <address>` for a header. */
export function addressText({ name, address, charset }: Person): string {
  const phrase = /^[A-Za-z0-9 ]*$/.test(name)
    ? name
    : /^[\x20-\x7e]*$/.test(name)
      ? `"${name}"`
      : headerText(name, charset ?? 'utf-8', charset?.startsWith('iso-8859') === true ? 'Q' : 'B');
  return `${phrase} <${address}>`;
}
