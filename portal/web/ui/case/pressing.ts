import type { ClockAnswer } from '#shared/model/api/service.ts';

/** The promise that is to be kept next: of those still open the one that is due first; paused ones press nobody. */
export function pressing(clocks: readonly ClockAnswer[]): (ClockAnswer & { readonly dueAt: string }) | undefined {
  return clocks
    .flatMap((clock) => (clock.doneAt === null && clock.dueAt !== null ? [{ ...clock, dueAt: clock.dueAt }] : []))
    .toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt))[0];
}
