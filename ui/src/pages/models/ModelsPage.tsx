import { Plus, Search } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import type { ModelOverviewMessage } from "../../api";
import { Button, DataTable, EmptyPlace, FailureNotice, Page, Select, Skeleton, TextField } from "../../components";
import { useTranslation } from "../../i18n";
import { modelAddress } from "../../lib/addresses";
import { choiceCodec, textCodec } from "../../lib/codecs";
import type { Stretch } from "../../lib/windows";
import { useSession, useUrlState } from "../../state";
import { useDelayed } from "../runs/useDelayed";
import { CreateModel } from "./CreateModel";
import { EmptyModels } from "./EmptyModels";
import styles from "./ModelsPage.module.css";
import { modelColumns } from "./modelColumns";
import { useModelList } from "./useModelList";

const ORDERS = ["name", "changed"] as const;
const searchCodec = textCodec();
const orderCodec = choiceCodec(ORDERS, "name");
const ROW_HEIGHT = 36;

/** All registered models: what is in Production and Staging, and how good it is. */
export default function ModelsPage() {
  const { t, locale } = useTranslation();
  const [, navigate] = useLocation();
  const { details } = useSession();
  const [search, setSearch] = useUrlState("search", searchCodec);
  const [order, setOrder] = useUrlState("order", orderCodec);
  const [isCreating, setIsCreating] = useState(false);
  const { models, total, error, again, isBusy, show } = useModelList(useDelayed(search.trim()), order === "changed");
  const columns = useMemo(() => modelColumns(t, locale), [t, locale]);
  const rowAt = useCallback((index: number) => models?.[index], [models]);
  const onVisible = useCallback(({ end }: Stretch) => show(end), [show]);
  const open = useCallback(({ name }: ModelOverviewMessage) => navigate(modelAddress(name)), [navigate]);
  const mayCreate = details === null || details.scope === "EDIT" || details.scope === "MANAGE";
  const isNothing = models?.length === 0;
  const isSearch = search.trim() !== "";
  return (
    <Page
      title={t("models.title")}
      isWide
      actions={
        mayCreate ? (
          <Button icon={Plus} onClick={() => setIsCreating(true)}>
            {t("models.create")}
          </Button>
        ) : undefined
      }
      bar={
        isNothing && !isSearch ? undefined : (
          <div className={styles.bar}>
            <div className={styles.search}>
              <TextField
                label={t("models.search")}
                isLabelHidden
                icon={Search}
                type="search"
                placeholder={t("models.search")}
                value={search}
                onText={(text) => setSearch(text, { replace: true })}
              />
            </div>
            <div className={styles.order}>
              <Select
                label={t("models.order")}
                isLabelHidden
                choices={ORDERS.map((value) => ({ value, text: t(`models.order.${value}`) }))}
                value={order}
                onChoice={setOrder}
              />
            </div>
            {models === undefined ? null : <span className={styles.count}>{t("models.count", { count: total })}</span>}
          </div>
        )
      }
    >
      {error === null ? null : <FailureNotice error={error} isKept={models !== undefined} onAgain={again} />}
      {models === undefined ? (
        error === null && <Skeleton lines={8} />
      ) : isNothing && !isSearch ? (
        <EmptyModels />
      ) : isNothing ? (
        <EmptyPlace
          icon={Search}
          title={t("models.search.none", { search: search.trim() })}
          actions={<Button onClick={() => setSearch("")}>{t("models.search.clear")}</Button>}
        />
      ) : (
        <div className={styles.table}>
          <DataTable
            label={t("models.title")}
            columns={columns}
            count={total}
            rowAt={rowAt}
            keyOf={({ name }) => name}
            onOpen={open}
            onVisible={onVisible}
            rowHeight={ROW_HEIGHT}
            isBusy={isBusy}
          />
        </div>
      )}
      {isCreating ? <CreateModel onClose={() => setIsCreating(false)} /> : null}
    </Page>
  );
}
