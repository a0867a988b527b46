import { useState } from "react";
import { Button, EmptyPlace } from "../../components";
import { useTranslation } from "../../i18n";
import { classes } from "../../lib/classes";
import styles from "./MediaViews.module.css";

/** What a picture, a sound or a film needs. */
export interface MediaProps {
  readonly address: string;
  readonly name: string;
}

/** A picture: as large as there is room, or in its own size. */
export function ImageView({ address, name }: MediaProps) {
  const { t } = useTranslation();
  const [isWhole, setIsWhole] = useState(false);
  const [size, setSize] = useState<{ readonly width: number; readonly height: number } | null>(null);
  const [isBroken, setIsBroken] = useState(false);
  if (isBroken) return <Unplayable />;
  return (
    <div className={styles.view}>
      <p className={styles.note}>
        <span>{size === null ? "\u00A0" : `${size.width} × ${size.height}`}</span>
        <Button variant="quiet" aria-pressed={isWhole} onClick={() => setIsWhole(!isWhole)}>
          {t("artifacts.image.whole")}
        </Button>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a picture that is larger than its place is scrolled by keyboard too. */}
      <div className={styles.stage} tabIndex={0}>
        <img
          src={address}
          alt={name}
          className={classes(styles.image, isWhole && styles.whole)}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize({ width: naturalWidth, height: naturalHeight })
          }
          onError={() => setIsBroken(true)}
        />
      </div>
    </div>
  );
}

/** A sound. */
export function AudioView({ address, name }: MediaProps) {
  const [isBroken, setIsBroken] = useState(false);
  if (isBroken) return <Unplayable />;
  return (
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote down what is heard in it.
    <audio
      controls
      preload="metadata"
      src={address}
      aria-label={name}
      className={styles.audio}
      onError={() => setIsBroken(true)}
    />
  );
}

/** A film. */
export function VideoView({ address, name }: MediaProps) {
  const [isBroken, setIsBroken] = useState(false);
  if (isBroken) return <Unplayable />;
  return (
    // biome-ignore lint/a11y/useMediaCaption: nobody wrote down what is heard in it.
    <video
      controls
      preload="metadata"
      src={address}
      aria-label={name}
      className={styles.video}
      onError={() => setIsBroken(true)}
    />
  );
}

function Unplayable() {
  const { t } = useTranslation();
  return <EmptyPlace title={t("artifacts.unreadable.title")} why={t("artifacts.unreadable.media")} />;
}
