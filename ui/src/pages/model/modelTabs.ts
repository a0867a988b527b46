import { choiceCodec } from "../../lib/codecs";

/** Parts of the page of a model. */
export const MODEL_TABS = ["versions", "compare", "history"] as const;

/** One of them. */
export type ModelTab = (typeof MODEL_TABS)[number];

/** Which one is open, as the address says it. */
export const tabCodec = choiceCodec(MODEL_TABS, "versions");
