import { useEffect, useState } from "react";

// What stands above and below a figure on its page.
const OTHERS = 470;
const LEAST = 300;
const MOST = 640;

/** Returns how high a figure is so that all of it is in sight, in pixels. */
export function useFigureHeight(): number {
  const [height, setHeight] = useState(fittingHeight);
  useEffect(() => {
    const onResize = () => setHeight(fittingHeight());
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, []);
  return height;
}

function fittingHeight(): number {
  return Math.min(Math.max(innerHeight - OTHERS, LEAST), MOST);
}
