import type { Operation } from "../../api";

/** Operations whose answers are other ones after a change in the registry. */
export const REGISTRY_ANSWERS: readonly Operation[] = [
  "get_model_overview",
  "search_model_overviews",
  "get_model_history",
  "get_named_version",
  "get_home",
];
