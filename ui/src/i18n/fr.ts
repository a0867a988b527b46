import { joined, type Part } from "./parts";

const texts = joined(
  import.meta.glob<Part>(["./parts/*.fr.json", "!./parts/errors.*"], { eager: true, import: "default" }),
);

/** All French texts. No line breaks between a word and the sign that belongs to it. */
export default Object.fromEntries(
  Object.entries(texts).map(([key, text]) => [
    key,
    text.replaceAll(/ (?=[:;?!»])/g, "\u00A0").replaceAll("« ", "«\u00A0"),
  ]),
);
