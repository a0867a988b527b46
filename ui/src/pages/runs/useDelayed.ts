import { useEffect, useState } from "react";

const PAUSE = 150;

/** Returns a value once it has stayed the same for a moment: so that not every letter is asked for. */
export function useDelayed<Value>(value: Value): Value {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), PAUSE);
    return () => clearTimeout(timer);
  }, [value]);
  return delayed;
}
