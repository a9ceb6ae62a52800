/** Widths of the panels in CSS pixels; the scene keeps the picture clear of them. */
export const LEFT_WIDTH = 248;
export const RIGHT_WIDTH = 292;
export const REPLAY_HEIGHT = 108;
/** The right panel with more room, over the picture. */
export const WIDE_WIDTH = 720;
