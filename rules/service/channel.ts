/** What the ways out have in common. */

/** The receiver will not take this, however often it is tried. */
export class Permanent extends Error {
  override readonly name = 'Permanent';
}
