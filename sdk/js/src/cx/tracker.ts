/** What the pack needs of a client: Converge's web SDK has it, and so has anything that takes named outcomes. */
export interface Tracker {
  track(name: string, outcome?: {value?: number; properties?: Record<string, string | number | boolean>}): unknown;
}

/** Takes away what a `watch…` function installed. Calling it again does nothing. */
export type Uninstall = () => void;
