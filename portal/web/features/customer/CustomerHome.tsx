export function CustomerHome() {
  return null;
}
