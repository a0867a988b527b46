import { Skeleton } from "../components";
import styles from "./PageSkeleton.module.css";

/** What stands where a page will, while it is fetched. */
export function PageSkeleton() {
  return (
    <div className={styles.page}>
      <Skeleton height={26} width="220px" />
      <Skeleton lines={6} />
    </div>
  );
}
