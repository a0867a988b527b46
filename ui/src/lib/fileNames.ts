const LONGEST = 100;

/** Returns a name that every file system takes, made of what somebody called something. */
export function fileName(name: string, ending: string): string {
  const plain = name
    .replaceAll(/[\p{Cc}\p{Cf}<>:"/\\|?*\s]+/gu, "_")
    .replaceAll(/^[._]+|[._]+$/g, "")
    .slice(0, LONGEST);
  return `${plain === "" ? "trialog" : plain}.${ending}`;
}
