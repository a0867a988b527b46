import type { RegistryMoveMessage } from "../../api";
import type { ActiveStage } from "./stages";

/**
 * Tells whether there may be a version to put back into a stage. Which one it is, the server decides.
 *
 * @param moves The last moves of the model.
 * @param hasMore Whether there are older ones, which nobody has seen here.
 * @param stage The stage.
 * @param current Version that is there now; null for none.
 */
export function mayRollBack(
  moves: readonly RegistryMoveMessage[],
  hasMore: boolean,
  stage: ActiveStage,
  current: number | null,
): boolean {
  return hasMore || moves.some((move) => move.to_stage === stage && move.version !== null && move.version !== current);
}
