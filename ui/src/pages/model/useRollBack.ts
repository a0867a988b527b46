import { useTranslation } from "../../i18n";
import { describeFailure, showNotice, useAction } from "../../state";
import { REGISTRY_ANSWERS } from "./changed";
import type { ActiveStage } from "./stages";

/** What rolls a stage back. */
export interface RollBack {
  /** Puts back what was in the stage before; nothing happens if by now something else is there than was shown. */
  readonly run: (options?: RollBackOptions) => Promise<boolean>;
  readonly isBusy: boolean;
  /** Why it could not be done. */
  readonly error: Error | null;
}

/** What may be said with it. */
export interface RollBackOptions {
  readonly reason?: string;
  /** Whether to go on although the files of the version are gone. */
  readonly force?: boolean;
}

/**
 * Rolls a stage back; the notice of it offers to undo that.
 *
 * @param name The registered model.
 * @param stage The stage.
 * @param current Version that is shown there; null for none.
 */
export function useRollBack(name: string, stage: ActiveStage, current: number | null): RollBack {
  const { t, find } = useTranslation();
  const rollBack = useAction("roll_back_stage", REGISTRY_ANSWERS);
  const promote = useAction("promote_model", REGISTRY_ANSWERS);

  async function undo(version: number, expected: number): Promise<void> {
    const reason = t("models.rollBack.undoReason");
    try {
      await promote.mutateAsync({ model_name: name, version, stage, expected_version: expected, reason });
      showNotice(t("models.transition.done", { version, stage }));
    } catch (error) {
      showNotice(describeFailure(error, find).text);
    }
  }

  async function run({ reason = "", force = false }: RollBackOptions = {}): Promise<boolean> {
    try {
      const back = await rollBack.mutateAsync({
        model_name: name,
        stage,
        expected_version: current ?? 0,
        ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
        force,
      });
      const text = t("models.rollBack.done", { version: back.version, stage });
      if (current === null) showNotice(text);
      else showNotice(text, { text: t("models.rollBack.undo"), run: () => void undo(current, back.version) });
      return true;
    } catch {
      // `error` has it.
      return false;
    }
  }
  return { run, isBusy: rollBack.isPending, error: rollBack.error };
}
