/** Messages that were begun on this device and not sent. */
export interface DraftView {
  readonly id: string;
  readonly changed: number;
  readonly to: string;
  readonly subject: string;
  /** First words of the text. */
  readonly preview: string;
  readonly hasAttachments: boolean;
}

class Drafts {
  get list(): readonly DraftView[] {
    return [];
  }
}

export const drafts = new Drafts();
