export interface LayoutShift {
  value: number;
  startTime: number;
  hadRecentInput: boolean;
}

/** Cumulative layout shift so far: the largest sum of a session of shifts less than 1 s apart, of at most 5 s. */
export function layoutShifts(): (shift: LayoutShift) => number {
  let largest = 0;
  let session = 0;
  let first = 0;
  let last = -Infinity;
  return ({value, startTime, hadRecentInput}) => {
    // Shifts just after an input are what the visitor asked for.
    if (hadRecentInput) return largest;
    if (startTime - last >= 1000 || startTime - first >= 5000) {
      session = 0;
      first = startTime;
    }
    last = startTime;
    session += value;
    largest = Math.max(largest, session);
    return largest;
  };
}
