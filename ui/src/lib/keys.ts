/** What is known of a key that was pressed. */
export interface PressedKey {
  /** What it types with the layout that is in use. */
  readonly key: string;
  /** Where it is on the keyboard, such as `KeyK`. */
  readonly code: string;
}

/**
 * Tells whether a key was pressed that a shortcut names.
 *
 * A Latin letter is also found by its place where the layout has no Latin letters: in Russian, the key of K types `л`.
 *
 * @param pressed What was pressed.
 * @param key The key as browsers call it: `k`, `/`, `Delete`.
 */
export function isKey(pressed: PressedKey, key: string): boolean {
  if (pressed.key.toLowerCase() === key.toLowerCase()) return true;
  if (!/^[a-z]$/i.test(key)) return false;
  const isOtherScript = /^\p{L}$/u.test(pressed.key) && !/^\p{Script=Latin}$/u.test(pressed.key);
  return isOtherScript && pressed.code === `Key${key.toUpperCase()}`;
}
