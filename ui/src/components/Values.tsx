import { useTranslation } from "../i18n";
import { classes } from "../lib/classes";
import { formatFull, formatMetric, type WireNumber } from "../lib/numbers";
import { formatSize } from "../lib/sizes";
import { formatDuration, formatRelative, formatTime, toIso } from "../lib/times";
import { useNow } from "../state";
import styles from "./Values.module.css";

const NOTHING = "–";
// Clocks differ a little, and the page looks at its own only now and then.
const CLOCK_MILLISECONDS = 60_000;

/** A value of a metric: the digits that matter, all of them on hover; what is copied out of the page is all of them. */
export function MetricValue({
  value,
  digits,
}: {
  readonly value: WireNumber | null | undefined;
  readonly digits?: number;
}) {
  const { locale } = useTranslation();
  if (value == null) return <Nothing />;
  const full = formatFull(value);
  return (
    <data value={full} title={full} className={styles.number}>
      {formatMetric(value, locale, digits)}
    </data>
  );
}

/** Where there is no value. */
export function Nothing() {
  return <span className={styles.nothing}>{NOTHING}</span>;
}

/** What a moment needs. */
export interface TimeProps {
  /** Milliseconds since 1970 UTC. */
  readonly moment: number | null | undefined;
  /** Whether it says how long ago that was, with the moment itself on hover. */
  readonly isRelative?: boolean;
  readonly hasSeconds?: boolean;
}

/** A moment in the reader's language and time zone. */
export function Time({ moment, isRelative = false, hasSeconds = false }: TimeProps) {
  if (moment == null) return <Nothing />;
  return isRelative ? <RelativeTime moment={moment} /> : <WholeTime moment={moment} hasSeconds={hasSeconds} />;
}

function WholeTime({ moment, hasSeconds }: { readonly moment: number; readonly hasSeconds: boolean }) {
  const { locale } = useTranslation();
  return (
    <time dateTime={toIso(moment)} title={toIso(moment)} className={styles.number}>
      {formatTime(moment, locale, { seconds: hasSeconds })}
    </time>
  );
}

function RelativeTime({ moment }: { readonly moment: number }) {
  const { locale } = useTranslation();
  const now = useNow();
  return (
    <time dateTime={toIso(moment)} title={formatTime(moment, locale, { seconds: true })} className={styles.number}>
      {formatRelative(moment > now && moment - now < CLOCK_MILLISECONDS ? now : moment, now, locale)}
    </time>
  );
}

/** What a length of time needs. */
export interface DurationProps {
  /** When it began, in milliseconds since 1970 UTC. */
  readonly start: number | null | undefined;
  /** When it ended; null while it goes on. */
  readonly end: number | null | undefined;
}

/** How long something took, or has taken so far. */
export function Duration({ start, end }: DurationProps) {
  if (start == null) return <Nothing />;
  return end == null ? <RunningDuration start={start} /> : <Length milliseconds={end - start} />;
}

function RunningDuration({ start }: { readonly start: number }) {
  const now = useNow();
  return <Length milliseconds={Math.max(now - start, 0)} />;
}

function Length({ milliseconds }: { readonly milliseconds: number }) {
  const { locale } = useTranslation();
  return <span className={styles.number}>{formatDuration(milliseconds, locale)}</span>;
}

/** A number of bytes, all digits of it on hover. */
export function ByteSize({ bytes }: { readonly bytes: number | null | undefined }) {
  const { locale } = useTranslation();
  if (bytes == null) return <Nothing />;
  return (
    <span className={styles.number} title={formatFull(bytes)}>
      {formatSize(bytes, locale)}
    </span>
  );
}

/** A name that somebody gave: on one line, the whole of it on hover, whatever its direction. */
export function Name({ text, className }: { readonly text: string; readonly className?: string }) {
  return (
    <bdi title={text} className={classes(styles.name, className)}>
      {text}
    </bdi>
  );
}
