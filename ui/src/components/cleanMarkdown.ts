import DOMPurify from "dompurify";
import { linkTarget } from "../lib/links";
import { markdownHtml } from "./markdownHtml";

/** Returns the address of a picture that lies beside a text; null where none does. */
export type ImageAddress = (path: string) => string | null;

const TAGS = (
  "a blockquote br code del details em h3 h4 h5 h6 hr img kbd li ol p pre q s samp small span strong sub summary sup" +
  " table tbody td tfoot th thead tr ul"
).split(" ");
const ATTRIBUTES = ["align", "alt", "colspan", "height", "href", "rowspan", "src", "start", "title", "width"];

/**
 * Returns Markdown as elements in which nothing can run, send or look like a part of the page.
 *
 * @param text What somebody wrote; HTML in it is taken for what it says and cleaned too.
 * @param imageAddress Where pictures are that lie beside it.
 */
export function cleanMarkdown(text: string, imageAddress: ImageAddress): DocumentFragment {
  const html = markdownHtml(text);
  if (html === null) return plainText(text);
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) limitLink(link);
  for (const image of fragment.querySelectorAll("img")) limitImage(image, imageAddress);
  for (const box of fragment.querySelectorAll("pre, table")) box.setAttribute("tabindex", "0");
  return fragment;
}

function plainText(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const box = document.createElement("pre");
  box.textContent = text;
  box.setAttribute("tabindex", "0");
  fragment.append(box);
  return fragment;
}

function limitLink(link: HTMLAnchorElement): void {
  const target = linkTarget(link.getAttribute("href") ?? "");
  if (target.kind !== "outside") {
    link.removeAttribute("href");
    return;
  }
  link.href = target.address;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
}

function limitImage(image: HTMLImageElement, imageAddress: ImageAddress): void {
  const target = linkTarget(image.getAttribute("src") ?? "");
  const address = target.kind === "data" ? target.address : target.kind === "beside" ? imageAddress(target.path) : null;
  if (address !== null) {
    image.src = address;
    image.loading = "lazy";
    return;
  }
  // Of another site a picture is not fetched: it would tell that site who reads this.
  const words = image.alt === "" ? (image.getAttribute("src") ?? "") : image.alt;
  if (target.kind !== "outside") {
    image.replaceWith(words);
    return;
  }
  const link = document.createElement("a");
  link.textContent = words;
  link.href = target.address;
  link.target = "_blank";
  link.rel = "noopener noreferrer nofollow";
  image.replaceWith(link);
}
