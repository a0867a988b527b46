export { ArtifactBrowser, type ArtifactBrowserProps } from "./ArtifactBrowser";
export type { ArtifactRoot } from "./artifactTree";
export { type ArtifactSource, archiveAddress, downloadAddress, viewAddress } from "./source";
export { TextLines } from "./TextView";
