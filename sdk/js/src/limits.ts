// Everything that could grow or wait has an end.

/** Events that wait to be sent; further ones are refused. */
export const kQueuedEvents = 1_000;
/** What is sent in one request: browsers take 64 KiB from a page that is going away. */
export const kBatchEvents = 100;
export const kBatchBytes = 60_000;
/** How long events wait for company. */
export const kBatchMilliseconds = 500;
/** Exposures that are remembered so that they are not sent again; the oldest are forgotten. */
export const kRememberedExposures = 500;
/** Units whose sticky assignments are kept. */
export const kStickyDocuments = 20;
/** A request without an answer is given up. */
export const kAnswerMilliseconds = 15_000;
/** Back-off doubles from the first to the last. */
export const kFirstRetryMilliseconds = 1_000;
export const kLastRetryMilliseconds = 300_000;
/** A flag that depends on flags that depend on flags. */
export const kPrerequisiteDepth = 64;
/** The longest that browsers keep a cookie. */
export const kVisitorSeconds = 400 * 86_400;
