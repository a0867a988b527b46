import { type Stretch, visibleRows } from "../lib/windows";

/** Cards of one height that belong together. */
export interface CardShape {
  readonly count: number;
  readonly cardHeight: number;
  /** Narrowest that a card gets. */
  readonly leastWidth: number;
  /** What stands above them, if anything does. */
  readonly title?: string | undefined;
}

/** Where cards lie that belong together, and which of them are drawn. */
export interface CardPlace {
  readonly columns: number;
  /** Where they begin, in pixels, and with that their title. */
  readonly top: number;
  /** Where the cards begin, from there. */
  readonly cardsTop: number;
  /** How high all of them are, without a title. */
  readonly height: number;
  /** Lines that are drawn. */
  readonly lines: Stretch;
}

/** What a grid of cards is seen through. */
export interface CardRoom {
  readonly width: number;
  readonly height: number;
  /** How far it is scrolled. */
  readonly scrolled: number;
}

/** Between cards. */
export const CARD_GAP = 12;
const GROUP_GAP = 20;
const TITLE_HEIGHT = 32;
const SPARE_LINES = 1;

/** Returns where groups of cards lie one below the other. */
export function cardPlaces(groups: readonly CardShape[], room: CardRoom): CardPlace[] {
  let top = 0;
  return groups.map(({ count, cardHeight, leastWidth, title }) => {
    const columns = Math.max(Math.floor((room.width + CARD_GAP) / (leastWidth + CARD_GAP)), 1);
    const pitch = cardHeight + CARD_GAP;
    const lineCount = Math.ceil(count / columns);
    const cardsTop = title === undefined ? 0 : TITLE_HEIGHT;
    const lines = visibleRows(lineCount, pitch, room.scrolled - top - cardsTop, room.height, SPARE_LINES);
    const place = { columns, top, cardsTop, height: Math.max(lineCount * pitch - CARD_GAP, 0), lines };
    top += cardsTop + place.height + GROUP_GAP;
    return place;
  });
}

/** Tells whether nothing has to be drawn anew. */
export function arePlacesSame(before: readonly CardPlace[], now: readonly CardPlace[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now);
}
