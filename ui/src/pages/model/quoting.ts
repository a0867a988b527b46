/** Returns a text as Python writes it. */
export function pythonText(text: string): string {
  // JSON's escapes are Python's too.
  return JSON.stringify(text);
}

/** Returns a text as shells take it, whatever it holds. */
export function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
