// Files that a person takes home.

/** How long the browser may take to fetch what it is given. */
const PATIENCE_MS = 60_000;

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), PATIENCE_MS);
}

export function saveText(text: string, name: string): void {
  saveBlob(new Blob([text], { type: "application/json" }), name);
}
