/** What a test has measured, for whoever reads its output; vitest shows it beside the test. */
export function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
