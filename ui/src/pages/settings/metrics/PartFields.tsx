import { type ReactNode, useId } from "react";
import { Button, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";
import styles from "../Settings.module.css";
import type { MeaningDraft, PartChoice } from "./meaningDraft";
import { thresholdsText } from "./meaningTexts";

const CHOICES: readonly PartChoice[] = ["known", "own", "none"];
const BETWEEN = [
  ["bad", "weak"],
  ["weak", "fair"],
  ["fair", "good"],
  ["good", "excellent"],
] as const;

interface PartFieldsProps {
  readonly draft: MeaningDraft;
  /** What is wrong with what was filled in. */
  readonly fault: string | undefined;
  readonly onChange: (parts: Partial<MeaningDraft>) => void;
}

/** Says where one band ends and the next begins; or that there are none, or those that are known. */
export function BandFields(props: PartFieldsProps & { readonly offered: readonly number[] | null }) {
  const { draft, offered, fault, onChange } = props;
  const { t, locale } = useTranslation();
  return (
    <PartFrame
      legend={t("meanings.bands")}
      choice={draft.bands}
      onChoice={(bands) => onChange({ bands })}
      fault={draft.bands === "own" ? fault : undefined}
    >
      {draft.bands === "own" ? (
        <div className={styles.row}>
          {BETWEEN.map(([worse, better], place) => (
            <TextField
              key={worse}
              label={t("meanings.between", { worse: t(`band.${worse}`), better: t(`band.${better}`) })}
              inputMode="decimal"
              value={draft.thresholds[place] ?? ""}
              onText={(text) => onChange({ thresholds: draft.thresholds.with(place, text) })}
            />
          ))}
        </div>
      ) : null}
      {offered === null ? null : (
        <p className={styles.note}>
          {t("meanings.offered", { thresholds: thresholdsText(offered, locale) })}{" "}
          <Button onClick={() => onChange({ bands: "own", thresholds: offered.map(String) })}>
            {t("meanings.offered.take")}
          </Button>
        </p>
      )}
    </PartFrame>
  );
}

/** Says which value is to be reached; or that there is none, or the one that is known. */
export function TargetFields({ draft, fault, onChange }: PartFieldsProps) {
  const { t } = useTranslation();
  return (
    <PartFrame
      legend={t("meanings.target")}
      choice={draft.target}
      onChoice={(target) => onChange({ target })}
      fault={draft.target === "own" ? fault : undefined}
    >
      {draft.target === "own" ? (
        <div className={styles.narrowField}>
          <TextField
            label={t("meanings.target.value")}
            inputMode="decimal"
            value={draft.targetText}
            onText={(targetText) => onChange({ targetText })}
          />
        </div>
      ) : null}
    </PartFrame>
  );
}

interface PartFrameProps {
  readonly legend: string;
  readonly choice: PartChoice;
  readonly onChoice: (choice: PartChoice) => void;
  readonly fault: string | undefined;
  readonly children: ReactNode;
}

function PartFrame({ legend, choice, onChoice, fault, children }: PartFrameProps) {
  const { t } = useTranslation();
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend>{legend}</legend>
      <div className={styles.radios}>
        {CHOICES.map((one) => (
          <label key={one}>
            <input type="radio" name={name} checked={one === choice} onChange={() => onChoice(one)} />
            {t(`meanings.part.${one}`)}
          </label>
        ))}
      </div>
      {children}
      <div className={styles.fault} aria-live="polite">
        {fault}
      </div>
    </fieldset>
  );
}
