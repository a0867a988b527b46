import { joined, type Part } from "./parts";

/** All Russian texts. */
export default joined(import.meta.glob<Part>("./parts/*.ru.json", { eager: true, import: "default" }));
