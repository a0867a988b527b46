import { useMemo, useState } from "react";
import { FailureNotice, Skeleton, Tree, type TreeNode } from "../../components";
import { useTranslation } from "../../i18n";
import { type JsonNode, jsonTree, parseJson } from "../../lib/jsonTree";
import styles from "./JsonView.module.css";
import { TextView } from "./TextView";
import { useFileText } from "./useFileText";

const MOST_BYTES = 5 * 1024 * 1024;

/** A file of JSON as a tree; as text where it is no JSON, or too long to be read at once. */
export function JsonView({ address, name }: { readonly address: string; readonly name: string }) {
  const { t } = useTranslation();
  const file = useFileText(address, MOST_BYTES);
  const root = useMemo(
    () => (file.isWaiting || file.hasMore ? null : treeOf(file.text)),
    [file.isWaiting, file.hasMore, file.text],
  );
  if (file.isWaiting) {
    return file.error === null ? <Skeleton lines={10} /> : <FailureNotice error={file.error} onAgain={file.again} />;
  }
  if (root === null) {
    return (
      <>
        <p className={styles.note}>{file.hasMore ? t("artifacts.json.long") : t("artifacts.json.broken")}</p>
        <TextView address={address} name={name} />
      </>
    );
  }
  return <JsonTree root={root} name={name} />;
}

/** A value of JSON as a tree, its first level open. */
export function JsonTree({ root, name }: { readonly root: JsonNode; readonly name: string }) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set([root.id]));
  const nodes = useMemo(() => (root.isBranch ? [nodeOf(root, opened)] : [leafOf(root)]), [root, opened]);
  return (
    <div className={styles.tree}>
      <Tree
        label={name}
        nodes={nodes}
        opened={opened}
        onOpened={(id, isOpen) => setOpened((before) => changed(before, id, isOpen))}
        chosen={null}
        onChoose={() => undefined}
      />
    </div>
  );
}

function nodeOf(node: JsonNode, opened: ReadonlySet<string>): TreeNode {
  if (!node.isBranch) return leafOf(node);
  return {
    id: node.id,
    text: node.text === "" ? node.name : `${node.name}: ${node.text}`,
    isBranch: true,
    children: opened.has(node.id) ? node.children().map((child) => nodeOf(child, opened)) : [],
  };
}

function leafOf({ id, name, text }: JsonNode): TreeNode {
  return { id, text: `${name}: ${text}`, isBranch: false };
}

function treeOf(text: string): JsonNode | null {
  try {
    return jsonTree(parseJson(text));
  } catch {
    // It is called JSON and is none.
    return null;
  }
}

function changed(opened: ReadonlySet<string>, id: string, isOpen: boolean): ReadonlySet<string> {
  const next = new Set(opened);
  if (isOpen) next.add(id);
  else next.delete(id);
  return next;
}
