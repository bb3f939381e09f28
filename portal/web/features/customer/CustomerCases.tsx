export function CustomerCases() {
  return null;
}
