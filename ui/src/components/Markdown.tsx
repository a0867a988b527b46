import { useEffect, useRef, useState } from "react";
import type { cleanMarkdown, ImageAddress } from "./cleanMarkdown";
import { FailureNotice } from "./FailureNotice";
import styles from "./Markdown.module.css";
import { Skeleton } from "./Skeleton";

type Clean = typeof cleanMarkdown;

/** What a text in Markdown needs. */
export interface MarkdownProps {
  readonly text: string;
  /** Returns the address of a picture beside the text; without, such pictures are shown by their words. */
  readonly imageAddress?: ImageAddress;
}

let loaded: Clean | null = null;

/** Text in Markdown, cleaned of all that could run or send something; what cleans it is fetched with the first one. */
export function Markdown({ text, imageAddress }: MarkdownProps) {
  const box = useRef<HTMLDivElement>(null);
  const address = useRef(imageAddress);
  const [clean, setClean] = useState<Clean | null>(() => loaded);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    address.current = imageAddress;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt fetches anew.
  useEffect(() => {
    if (loaded !== null) return;
    let isShown = true;
    import("./cleanMarkdown").then(
      (module) => {
        loaded = module.cleanMarkdown;
        if (isShown) setClean(() => module.cleanMarkdown);
      },
      (failure: unknown) => isShown && setError(failure),
    );
    return () => {
      isShown = false;
    };
  }, [attempt]);
  useEffect(() => {
    if (clean === null) return;
    box.current?.replaceChildren(clean(text, (path) => address.current?.(path) ?? null));
  }, [clean, text]);
  if (clean !== null) return <div ref={box} className={styles.text} dir="auto" />;
  if (error === null) return <Skeleton lines={3} />;
  return (
    <FailureNotice
      error={error}
      onAgain={() => {
        setError(null);
        setAttempt(attempt + 1);
      }}
    />
  );
}
