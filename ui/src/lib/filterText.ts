/** Returns a text as filters write it; null for one that holds both kinds of quotation marks. */
export function quotedText(text: string): string | null {
  if (!text.includes("'")) return `'${text}'`;
  return text.includes('"') ? null : `"${text}"`;
}
