const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Returns a number that a text always has, spread evenly over 32 bits (FNV-1a, its last bits stirred). */
export function hashOf(text: string): number {
  let hash = BASIS;
  for (let place = 0; place < text.length; place += 1) {
    hash ^= text.charCodeAt(place);
    hash = Math.imul(hash, PRIME);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
