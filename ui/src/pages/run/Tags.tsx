import { useState } from "react";
import { Checkbox, Section, TagEditor } from "../../components";
import { useTranslation } from "../../i18n";
import { useAction } from "../../state";
import { mayEdit, type Run, shownTags } from "./runFacts";

/** The tags of a run; who may, adds, changes and removes them. */
export function Tags({ run }: { readonly run: Run }) {
  const { t } = useTranslation();
  const [withSystem, setWithSystem] = useState(false);
  const { mutateAsync: removeTag } = useAction("delete_tag", ["get_run_overview"]);
  const { mutateAsync: setTag } = useAction("set_tag", ["get_run_overview"]);
  const runId = run.info.run_id;
  return (
    <Section title={t("run.tags")}>
      <TagEditor
        tags={shownTags(run, withSystem).map(({ key, value = "" }) => ({ key, value }))}
        unread={run.tag_count - run.tags.length}
        none={t("run.tags.none")}
        isEditable={mayEdit(run)}
        onSet={(key, value) => setTag({ run_id: runId, key, value })}
        onRemove={(key) => removeTag({ run_id: runId, key })}
      />
      <Checkbox label={t("run.tags.system")} isChecked={withSystem} onCheck={setWithSystem} />
    </Section>
  );
}
