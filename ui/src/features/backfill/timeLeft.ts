/** How far a backfill was at a moment, in milliseconds. */
export interface Sample {
  at: number;
  done: number;
}

const WINDOW_MS = 60_000;
const LEAST_MS = 3_000;

/** The samples of the last minute with a new one. */
export function withSample(samples: Sample[], next: Sample): Sample[] {
  return [...samples.filter((item) => item.at > next.at - WINDOW_MS && item.at < next.at), next];
}

/** Seconds that are left at the pace of the last minute; null where that is not known yet. */
export function secondsLeft(samples: Sample[], total: number | null): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || total === null) return null;
  const took = last.at - first.at;
  const moved = last.done - first.done;
  if (took < LEAST_MS || moved <= 0) return null;
  return Math.max(0, ((total - last.done) * took) / moved / 1000);
}
