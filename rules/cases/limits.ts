/** How long a case goes on taking alarms. */
export interface CaseLimits {
  /** A case that was resolved or closed, not as false, no longer ago is opened again by a new alarm, ms. */
  readonly reopenWithinMs: number;
  /** A case on which work began longer ago takes no more alarms, ms. */
  readonly absorbForMs: number;
}
