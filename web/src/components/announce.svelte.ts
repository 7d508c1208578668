/** What is said aloud to those who do not see the change. Little, and only what nobody asked for. */
class Announcements {
  text: string = $state('');

  say(text: string): void {
    // The same words twice would not be read again.
    this.text = this.text === text ? `${text}\u00a0` : text;
  }
}

export const announcements = new Announcements();
