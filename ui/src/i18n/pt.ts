import { joined, type Part } from "./parts";

/** All Portuguese texts. */
export default joined(import.meta.glob<Part>("./parts/*.pt.json", { eager: true, import: "default" }));
