// What the browser remembers of how a person likes the page. Storage may be forbidden; then nothing is remembered.

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(`vectarium.${name}`);
  } catch {
    return null;
  }
}

export function storeSetting(name: string, value: string): void {
  try {
    localStorage.setItem(`vectarium.${name}`, value);
  } catch {
    return;
  }
}
