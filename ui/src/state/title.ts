import { useEffect } from "react";

const PRODUCT = "Trialog";

/** Names the page in the browser's tab; null while its name is not known. */
export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title === null ? PRODUCT : `${title} · ${PRODUCT}`;
    return () => {
      document.title = PRODUCT;
    };
  }, [title]);
}
