import { DeferredMessage } from '../message/source.ts';
import type { Letter } from './letter.ts';
import { byDay, compose, DAY, partiesOf } from './letter.ts';
import { photo } from './files.ts';
import type { Part, TextOptions } from './mime.ts';
import { multipart, text } from './mime.ts';
import type { PersonName } from './people.ts';
import { people } from './people.ts';
import type { Random } from './random.ts';

/** One letter in the writer's own language, in the charset of the writer's own mail program. */
interface Foreign {
  readonly from: PersonName;
  readonly ago: number;
  readonly subject: string;
  readonly says: string;
  readonly written: TextOptions;
  readonly mailbox?: string;
  readonly files?: () => readonly Part[];
  readonly flags?: readonly string[];
}

const JAPANESE = 'Friends/尾道の友';
const ARABIC = 'Friends/الإسكندرية';

const letters: readonly Foreign[] = [
  {
    from: 'yuki',
    ago: 512,
    mailbox: JAPANESE,
    subject: '尾道から、はじめまして',
    says: 'マーロウ様\n\nはじめてお便りいたします。尾道港の田辺ゆきと申します。\n\n私どもの港にも、明治のころの小さな灯台がございます。今は使われておりませんが、毎朝、掃除をする方がいます。九十二歳です。\n\nソルトミアの灯台がふたたび灯ると新聞で読み、うれしくてお手紙を書きました。\n\n田辺ゆき',
    written: { charset: 'iso-2022-jp', encoding: '7bit' },
    flags: ['\\Answered'],
  },
  {
    from: 'kenji',
    ago: 366,
    mailbox: JAPANESE,
    subject: 'レンズの写真をありがとうございました',
    says: 'エイダ様\n\nレンズの写真、たしかに受け取りました。灯台保存会の皆で眺めております。\n\n十二枚のうち五枚に傷があると伺い、胸が痛みました。こちらの職人が申すには、「傷は、働いた証拠」だそうです。\n\n秋には、ぜひ尾道へお越しください。\n\n森健二',
    written: { charset: 'shift_jis', encoding: 'base64' },
  },
  {
    from: 'yuki',
    ago: 187,
    mailbox: JAPANESE,
    subject: '点灯式のお祝いに、紙の舟を百そう',
    says: 'エイダさん\n\n点灯式のお祝いに、小学校の子どもたちが紙の舟を百そう折りました。箱に入れて、けさ船便で送りました。\n\n一そうだけ、とても下手なのがあります。それは私のです。\n\nゆき',
    written: { charset: 'iso-2022-jp', encoding: '7bit' },
    files: () => [photo('紙の舟.png', 4)],
    flags: ['\\Flagged'],
  },
  {
    from: 'yuki',
    ago: 4.3,
    subject: '土曜日、こちらは夜明けです 🌅',
    says: 'エイダさん\n\nそちらで灯がともる時、尾道は日曜日の明け方です。みんなで港に集まって、同じ時刻に、古い灯台に提灯を下げることにしました。\n\n掃除の方は九十四歳になりました。提灯はその方が持ちます。\n\nゆき',
    written: { charset: 'utf-8', encoding: 'base64' },
    flags: ['\\Flagged'],
  },
  {
    from: 'layla',
    ago: 398,
    mailbox: ARABIC,
    subject: 'تحية من مدينة المنارة الأولى',
    says: 'عزيزتي آدا،\n\nأكتب إليك من الإسكندرية، حيث كانت أول منارة في التاريخ. لم يبق منها سوى حجارة في قلعة قايتباي وقصص كثيرة.\n\nقرأنا عن مناركم الصغيرة وفرحنا بها كثيرا. نود أن نرسل إليكم حجرا صغيرا من الميناء القديم ليوضع عند بابها.\n\nمع أطيب التحيات،\nليلى حداد',
    written: { charset: 'windows-1256', encoding: 'base64' },
    flags: ['\\Answered'],
  },
  {
    from: 'layla',
    ago: 164,
    mailbox: ARABIC,
    subject: 'الحجر في الطريق (Ref. ALX-2291)',
    says: 'عزيزتي آدا،\n\nالحجر في الطريق إليكم. وزنه 3.2 كجم، ورقم الشحنة ALX-2291. كتب الأطفال عليه بالطباشير كلمة "نور" ثم مسحها المطر، فكتبوها مرة أخرى.\n\nهل عندكم مطر كثير؟ أظن أنني أعرف الجواب.\n\nليلى',
    written: { charset: 'utf-8', encoding: 'quoted-printable' },
  },
  {
    from: 'layla',
    ago: 1.6,
    subject: 'هل وصل الحجر؟ Did the stone arrive?',
    says: 'عزيزتي آدا،\n\nهل وصل الحجر إلى باب المنارة؟ أرجو أن ترسلي لنا صورة ليلة السبت.\n\nP.S. My English is for postscripts only: we will all be looking north at 18:45.\n\nليلى',
    written: { charset: 'utf-8', encoding: 'base64' },
  },
  {
    from: 'noam',
    ago: 276,
    subject: 'שאלה על העדשה (drawing no. 114)',
    says: 'שלום עדה,\n\nבארכיון הנמל בחיפה מצאנו שרטוט של עדשה זהה לשלכם, שרטוט מספר 114, משנת 1870, עם כתובת Saltmere Head בשוליים.\n\nכנראה שהוזמנו שתיים. אחת אצלכם. השנייה, אנחנו חושבים, בקרקעית הים.\n\nלשלוח סריקה?\n\nנועם פרץ',
    written: { charset: 'utf-8', encoding: 'base64' },
    flags: ['\\Flagged', '\\Answered'],
  },
  {
    from: 'olga',
    ago: 325,
    subject: 'Письмо с Белого моря',
    says: 'Здравствуйте, Ада!\n\nПишет Вам смотрительница маяка на Белом море. Маяк у нас деревянный, ему сто сорок лет, и он скрипит, как старый корабль.\n\nПрочитала про Вашего крапивника в журнале 1907 года. У нас в журнале за 1911 год записано: "Ночью на галерею села сова. Смотрели друг на друга до утра".\n\nС уважением,\nОльга Лебедева',
    written: { charset: 'koi8-r', encoding: 'quoted-printable' },
  },
  {
    from: 'wang',
    ago: 233,
    subject: '关于灯塔旋转机构的请教',
    says: '尊敬的玛洛女士：\n\n您好！我们正在修复一座一八八三年的灯塔，旋转机构与贵处相同。听说贵处不再使用水银轴承，想请教新轴承的型号与承重。\n\n随信附上我们灯塔清晨的照片一张。\n\n此致\n敬礼\n\n王海',
    written: { charset: 'gb18030', encoding: 'base64' },
    files: () => [photo('清晨.png', 0)],
  },
  {
    from: 'minseo',
    ago: 149,
    subject: '등대 엽서 교환을 제안합니다',
    says: '안녕하세요, 에이다 님.\n\n저는 부산에서 등대 엽서를 모으는 김민서입니다. 벌써 사천 장을 모았지만 솔트미어의 엽서는 아직 없습니다.\n\n혹시 한 장 보내 주실 수 있을까요? 저는 우리 동네 빨간 등대 엽서를 보내 드리겠습니다.\n\n김민서 드림',
    written: { charset: 'euc-kr', encoding: 'base64' },
    flags: ['\\Answered'],
  },
  {
    from: 'lucie',
    ago: 108,
    subject: 'Votre phare, notre phare : un dîner à 300 milles',
    says: 'Chère Ada,\n\nLe soir où vous allumerez, nous dînerons sur la galerie de Kerbrat, face au nord. Ce n’est pas raisonnable au mois de novembre ; c’est pourquoi nous serons vingt-trois.\n\nLe menu : soupe à l’oignon, cœur de bœuf, crème brûlée… et un toast à Monsieur Hask. Coût : 18 € par tête, vin compris.\n\nÀ bientôt,\nLucie',
    written: { charset: 'windows-1252', encoding: 'quoted-printable' },
  },
  {
    from: 'beatriz',
    ago: 73,
    subject: 'Fotografias, e uma receita da minha avó',
    says: 'Querida Ada,\n\nAqui vão as fotografias do atelier, e a receita do bolo de amêndoa da minha avó, que tu pediste três vezes: 250 g de amêndoa moída, 6 ovos, 200 g de açúcar, raspa de limão, paciência.\n\nNão há farinha. Não perguntes porquê.\n\nBeijinhos,\nBeatriz',
    written: { charset: 'iso-8859-1', encoding: '8bit' },
    files: () => [photo('atelier.png', 4)],
    flags: ['\\Flagged'],
  },
];

/** Letters from lighthouses elsewhere. */
export function foreignLetters(now: number, random: Random): Letter[] {
  return letters.map((letter) => {
    const from = people[letter.from];
    const date = byDay(now - letter.ago * DAY, now);
    const heading = {
      from,
      to: [people.ada],
      subject: letter.subject,
      date,
      id: `${random.between(0x100000, 0xffffff).toString(16)}.${date.toString(36)}@${from.address.split('@')[1]}`,
      charset: letter.written.charset ?? 'utf-8',
    };
    const boundary = `----=_Next_${random.between(1e8, 9e8)}`;
    const content = new DeferredMessage(() => {
      const written = text(letter.says, letter.written);
      const files = letter.files?.() ?? [];
      return compose(
        heading,
        files.length === 0 ? written : multipart('mixed', boundary, [written, ...files]),
      );
    });
    return {
      mailbox: letter.ago < 45 ? 'INBOX' : (letter.mailbox ?? 'Archive'),
      date,
      flags: [...(letter.ago > 2 ? ['\\Seen'] : []), ...(letter.flags ?? [])],
      content,
      parties: partiesOf(heading),
    };
  });
}
