export interface Click {
  x: number;
  y: number;
  /** Milliseconds on any one clock. */
  at: number;
}

export interface BurstLimits {
  /** So many clicks make a burst. */
  clicks: number;
  /** From the first of them to the last, inclusive. */
  windowMs: number;
  /** Between any two of them, inclusive. */
  radiusPx: number;
}

/**
 * Tells of each click whether it completes a burst. Further clicks of a burst, each within the window and radius of the one
 * before, complete nothing.
 */
export function clickBursts({clicks, windowMs, radiusPx}: BurstLimits): (click: Click) => boolean {
  let recent: Click[] = [];
  let isInBurst = false;
  let last: Click | undefined;
  // Browsers blur their clocks by fractions of a millisecond.
  const isNear = (a: Click, b: Click) => Math.round(b.at - a.at) <= windowMs && Math.hypot(b.x - a.x, b.y - a.y) <= radiusPx;
  return (click) => {
    const goesOn = isInBurst && last !== undefined && isNear(last, click);
    last = click;
    if (goesOn) return false;
    recent = [...(isInBurst ? [] : recent), click].slice(-clicks);
    isInBurst = recent.length === clicks && recent.every((a, i) => recent.slice(i).every((b) => isNear(a, b)));
    return isInBurst;
  };
}
