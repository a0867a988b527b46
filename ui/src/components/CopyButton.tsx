import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "../i18n";
import styles from "./CopyButton.module.css";
import { IconButton } from "./IconButton";

const SHOWN_MILLISECONDS = 1500;

/** What a button that copies needs. */
export interface CopyButtonProps {
  /** What is copied, whole. */
  readonly text: string;
  /** What to call it. */
  readonly name?: string;
  readonly className?: string;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, name, className }: CopyButtonProps) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const label = name === undefined ? t("common.copy") : t("common.copyOf", { name });
  return (
    <span className={styles.copy}>
      <IconButton
        icon={isCopied ? Check : Copy}
        label={isCopied ? t("common.copied") : label}
        {...(className === undefined ? {} : { className })}
        onClick={async (event) => {
          event.stopPropagation();
          setIsCopied(await copied(text));
        }}
      />
      <span role="status" className="visually-hidden">
        {isCopied ? t("common.copied") : ""}
      </span>
    </span>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Over plain HTTP from another machine browsers have no clipboard for pages.
    return copiedByHand(text);
  }
}

function copiedByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  // Behind an open dialog nothing can have the focus.
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}
