/** A library that this page is built of, with the name of its licence. */
export interface Library {
  readonly name: string;
  readonly licence: string;
}

/** All of them. */
export const LIBRARIES: readonly Library[] = [
  { name: "@tanstack/react-query", licence: "MIT" },
  { name: "d3-contour", licence: "ISC" },
  { name: "dompurify", licence: "MPL-2.0 OR Apache-2.0" },
  { name: "echarts", licence: "Apache-2.0" },
  { name: "hyparquet", licence: "MIT" },
  { name: "intl-messageformat", licence: "BSD-3-Clause" },
  { name: "lucide-react", licence: "ISC" },
  { name: "marked", licence: "MIT" },
  { name: "react", licence: "MIT" },
  { name: "react-dom", licence: "MIT" },
  { name: "uplot", licence: "MIT" },
  { name: "wouter", licence: "Unlicense" },
];
