export type { TextKey, Texts } from "./english";
export { LanguageProvider, type Translation, useTranslation } from "./LanguageProvider";
export { chosenLanguage, LANGUAGES, type Language } from "./languages";
export { loadFaultTexts, loadTexts } from "./load";
export type { TextValue } from "./messageTypes";
export type { FindText, PlainTextKey, Translate } from "./translate";
