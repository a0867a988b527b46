export { fileAddress, prefixOf, serverAddress } from "./address";
export { type CallOptions, call, callForBytes, type RequestOf, type ResponseOf } from "./client";
export { csrfToken, hasAccounts } from "./csrf";
export { type Curve, type Curves, decodeCurves, fetchCurves } from "./curves";
export { type FaultValues, faultOf, ServerError } from "./failures";
export { type FilePart, fetchFile, fetchPart } from "./files";
export { logOut } from "./logout";
export type * from "./schema";
export { routes } from "./schema";
