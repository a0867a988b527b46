import { baseName, endingOf } from "../../lib/paths";

/** In which way a file is shown. */
export type FileKind =
  | "audio"
  | "html"
  | "image"
  | "json"
  | "markdown"
  | "parquet"
  | "pdf"
  | "table"
  | "text"
  | "unknown"
  | "video";

const ENDINGS: Readonly<Record<Exclude<FileKind, "unknown">, string>> = {
  audio: "flac m4a mp3 oga ogg wav",
  html: "htm html",
  image: "apng avif bmp gif ico jpeg jpg png svg webp",
  json: "geojson ipynb json",
  markdown: "markdown md",
  parquet: "parquet pq",
  pdf: "pdf",
  table: "csv tsv",
  text:
    "bash c cfg cff conf cpp css dockerfile env err go h hocon hpp ini java jl js jsonl lock log ndjson out pbtxt prop" +
    " properties proto py py3 pyi r rb rs rst scala sh sql tex toml ts tsx txt xml yaml yml",
  video: "m4v mp4 ogv webm",
};
const KINDS = new Map(
  Object.entries(ENDINGS).flatMap(([kind, endings]) => endings.split(" ").map((ending) => [ending, kind as FileKind])),
);
// Names without an ending that say what they are.
const TEXT_NAMES = new Set(["dockerfile", "license", "makefile", "mlmodel", "mlproject", "readme"]);

/** Returns in which way a file is shown, by its name. */
export function kindOf(path: string): FileKind {
  if (TEXT_NAMES.has(baseName(path).toLowerCase())) return "text";
  return KINDS.get(endingOf(path)) ?? "unknown";
}

/** Tells whether a file of this kind can be read as text beside the way in which it is shown. */
export function hasSource(path: string): boolean {
  const kind = kindOf(path);
  return kind === "html" || kind === "json" || kind === "markdown" || kind === "table" || endingOf(path) === "svg";
}

/** Tells whether the beginning of a file looks like text. */
export function looksLikeText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  // What is cut within a letter is text all the same: up to three bytes of it are left out.
  for (let cut = 0; cut < 4 && cut <= bytes.length; cut += 1) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytes.length - cut));
      return true;
    } catch {
      // Perhaps one byte less is whole.
    }
  }
  return false;
}
