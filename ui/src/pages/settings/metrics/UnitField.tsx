import { useState } from "react";
import { Select, TextField } from "../../../components";
import { useTranslation } from "../../../i18n";

const KNOWN = ["", "none", "fraction", "percent"] as const;
const OWN = "own";

/** Chooses the unit in which values are read: a usual one, or a word of one's own. */
export function UnitField({ unit, onUnit }: { readonly unit: string; readonly onUnit: (unit: string) => void }) {
  const { t } = useTranslation();
  const usual = KNOWN.find((one) => one === unit);
  const [isOwn, setIsOwn] = useState(usual === undefined);
  return (
    <>
      <Select
        label={t("meanings.unit")}
        value={isOwn ? OWN : (usual ?? "")}
        choices={[
          { value: "", text: t("meanings.asKnown") },
          { value: "none", text: t("meanings.unit.none") },
          { value: "fraction", text: t("meanings.unit.fraction") },
          { value: "percent", text: t("meanings.unit.percent") },
          { value: OWN, text: t("meanings.unit.own") },
        ]}
        onChoice={(choice) => {
          setIsOwn(choice === OWN);
          onUnit(choice === OWN ? "" : choice);
        }}
      />
      {isOwn ? <TextField label={t("meanings.unit.word")} placeholder="USD" value={unit} onText={onUnit} /> : null}
    </>
  );
}
