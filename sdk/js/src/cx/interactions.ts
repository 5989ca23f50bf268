export interface Interaction {
  interactionId: number;
  duration: number;
}

/** Only so many of the longest can matter: one per 50 interactions is left out, and no page is measured beyond 500 of them. */
const kLongestKept = 10;

/**
 * Interaction to next paint so far: the longest interaction, one less for every 50 of them. `total` is the number of all
 * interactions, the quick ones that are not reported included.
 */
export function interactions(): (interaction: Interaction, total: number) => number {
  let longest: Interaction[] = [];
  return ({interactionId, duration}, total) => {
    // Pointer down, pointer up and click are one interaction, as long as the longest of them.
    const same = longest.find((known) => known.interactionId === interactionId);
    const rest = longest.filter((known) => known !== same);
    longest = [...rest, {interactionId, duration: Math.max(duration, same?.duration ?? 0)}]
      .sort((a, b) => b.duration - a.duration).slice(0, kLongestKept);
    return longest[Math.min(longest.length - 1, Math.floor(total / 50))]!.duration;
  };
}
