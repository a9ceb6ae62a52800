/** Widths of the panels in CSS pixels; the scene keeps the picture clear of them. */
export const LEFT_WIDTH = 248;
export const RIGHT_WIDTH = 292;
export const REPLAY_HEIGHT = 108;
/** The right panel with more room, over the picture. */
export const WIDE_WIDTH = 720;
/** Where the bar of a replay stands above the page's lower edge, and the line below it. */
export const REPLAY_BOTTOM = 58;
export const STATEMENT_BOTTOM = 16;
/** The first row of that bar where it has room for everything. */
export const REPLAY_ROW = 26;
