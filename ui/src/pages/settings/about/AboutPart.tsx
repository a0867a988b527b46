import { serverAddress } from "../../../api";
import { FailureNotice, Section, Skeleton } from "../../../components";
import { useTranslation } from "../../../i18n";
import { useAnswer } from "../../../state";
import { Details } from "../Details";
import styles from "../Settings.module.css";
import { LIBRARIES } from "./libraries";

const LICENCE = "Apache License 2.0";

/** Which version this is, under which licence, and where to read more. */
export function AboutPart() {
  const { t } = useTranslation();
  const { data, error, refetch } = useAnswer("get_status", {});
  return (
    <>
      {error === null ? null : (
        <FailureNotice error={error} isKept={data !== undefined} onAgain={() => void refetch()} />
      )}
      {data === undefined ? (
        error === null && <Skeleton lines={4} />
      ) : (
        <Details
          details={[
            { name: "Trialog", value: data.version },
            { name: t("about.mlflow"), value: data.mlflow_version },
            { name: "Python", value: data.python_version },
            { name: t("about.licence"), value: LICENCE },
          ]}
        />
      )}
      <Section title={t("about.read")}>
        <ul className={styles.links}>
          <li>
            <a href={serverAddress("/docs")}>{t("about.docs")}</a>
          </li>
          <li>
            <a href={serverAddress("/openapi.json")}>{t("about.openapi")}</a>
          </li>
        </ul>
      </Section>
      <Section title={t("about.libraries")}>
        <p className={styles.note}>{t("about.libraries.what")}</p>
        <table className={styles.libraries}>
          <thead>
            <tr>
              <th scope="col">{t("about.library")}</th>
              <th scope="col">{t("about.licence")}</th>
            </tr>
          </thead>
          <tbody>
            {LIBRARIES.map(({ name, licence }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{licence}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </>
  );
}
