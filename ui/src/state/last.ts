import { useState } from "react";

/** Returns a value, or the last one that was there while there is none: what failed keeps what was shown. */
export function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && !Object.is(value, last)) setLast(value);
  return value ?? last;
}
