/** The picture of the points: everything that a page needs to show one. */
export { Scene } from "./scene";
export { State } from "./types";
export type {
  BitmapPage,
  CameraState,
  Dimensions,
  Insets,
  Labels,
  LayoutOptions,
  PixelPage,
  SceneEvents,
  SceneOptions,
  SceneStats,
  SelectMode,
  Theme,
  ThumbnailPage,
  ThumbnailSource,
  Tool,
} from "./types";
export type { Outline } from "./polygon";
export type { ScreenPlace } from "./labelLayer";
