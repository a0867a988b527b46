/** Stages of a version, the way it goes. Their names are the same in every language. */
export const STAGES = ["None", "Staging", "Production", "Archived"] as const;

/** One of them. */
export type Stage = (typeof STAGES)[number];

/** Stages in which one version takes the place of another. */
export const ACTIVE_STAGES = ["Production", "Staging"] as const;

/** One of these. */
export type ActiveStage = (typeof ACTIVE_STAGES)[number];

const NEXT: Readonly<Record<Stage, Stage>> = {
  None: "Staging",
  Staging: "Production",
  Production: "Archived",
  Archived: "Production",
};

/** Returns the stage to which a version most likely goes from where it is. */
export function nextStage(stage: Stage): Stage {
  return NEXT[stage];
}

/** Tells whether in a stage one version takes the place of another; in others they gather. */
export function isActive(stage: Stage): stage is ActiveStage {
  return stage === "Production" || stage === "Staging";
}
