import access from "./parts/access.en";
import another from "./parts/another.en";
import artifacts from "./parts/artifacts.en";
import bin from "./parts/bin.en";
import charts from "./parts/charts.en";
import common from "./parts/common.en";
import compare from "./parts/compare.en";
import curves from "./parts/curves.en";
import experiments from "./parts/experiments.en";
import home from "./parts/home.en";
import meanings from "./parts/meanings.en";
import models from "./parts/models.en";
import record from "./parts/record.en";
import run from "./parts/run.en";
import runs from "./parts/runs.en";
import settings from "./parts/settings.en";
import shell from "./parts/shell.en";
import storage from "./parts/storage.en";
import tokens from "./parts/tokens.en";

/**
 * All English texts but those of faults, which are fetched when one comes (`load.ts`).
 *
 * Their keys and arguments are what every other language has to have; each room adds its part.
 */
export const english = {
  ...common,
  ...compare,
  ...home,
  ...shell,
  ...experiments,
  ...runs,
  ...bin,
  ...artifacts,
  ...charts,
  ...curves,
  ...run,
  ...models,
  ...access,
  ...another,
  ...meanings,
  ...record,
  ...settings,
  ...storage,
  ...tokens,
} as const;

/** Name of a text. */
export type TextKey = keyof typeof english;

/** Texts by name, in any language. */
export type Texts = Readonly<Record<string, string>>;
