import { useQuery } from "@tanstack/react-query";
import { FileQuestion } from "lucide-react";
import { fetchPart } from "../../api";
import { EmptyPlace, FailureNotice, Skeleton } from "../../components";
import { useTranslation } from "../../i18n";
import { looksLikeText } from "./kinds";
import { TextView } from "./TextView";

const LOOKED_AT_BYTES = 8 * 1024;

/** A file whose name does not say what it is: as text if it begins like one. */
export function UnknownView({ address, name }: { readonly address: string; readonly name: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["beginning", address],
    queryFn: async ({ signal }) =>
      looksLikeText(new Uint8Array((await fetchPart(address, 0, LOOKED_AT_BYTES, signal)).bytes)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <FailureNotice error={error} onAgain={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={8} />;
  if (data) return <TextView address={address} name={name} />;
  return <EmptyPlace icon={FileQuestion} title={t("artifacts.unknown.title")} why={t("artifacts.unknown.why")} />;
}
