import { DEFLATED, inflateAll } from './deflated.ts';
import { readMessage } from './message.ts';
import { CHALLENGES, proveTo } from './proof.ts';
import { readReplies } from './replies.ts';
import { MESSAGES, REPLIES, TRANSCRIPTS, WORDS } from './samples.ts';
import type { Target } from './target.ts';
import { readTranscript } from './transcript.ts';
import { readWords } from './words.ts';

export const TARGETS: readonly Target[] = [
  { name: 'mime', samples: MESSAGES, run: readMessage },
  { name: 'imap', samples: TRANSCRIPTS, run: readTranscript },
  { name: 'smtp', samples: REPLIES, run: readReplies },
  { name: 'words', samples: WORDS, run: readWords },
  { name: 'scram', samples: CHALLENGES, run: proveTo },
  { name: 'deflate', samples: DEFLATED, run: inflateAll },
];
