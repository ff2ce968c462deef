import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import type { Pair } from "../../api/types";
import { Trend } from "./Trend";

// Where the charts cannot be loaded, the small picture stays; the first page is worth more than they are.
const Trends = lazy(() => import("./Trends").catch(() => ({ default: ({ first }: { first: ReactNode }) => <>{first}</> })));

/** The small picture at once; the charts, which are large, when the browser has nothing better to do. */
export function LaterTrends({ pair }: { pair: Pair }) {
  const idle = useIdle();
  const first = <Trend pair={pair} />;
  if (!idle || pair.days.length === 0) return first;
  return (
    <Suspense fallback={first}>
      <Trends highlevel={pair.highlevel} act={pair.act} first={first} />
    </Suspense>
  );
}

function useIdle(): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    // Safari has no such call; there a moment after the first paint does.
    if (!("requestIdleCallback" in window)) {
      const timer = setTimeout(() => setIdle(true), 500);
      return () => clearTimeout(timer);
    }
    const asked = requestIdleCallback(() => setIdle(true), { timeout: 2000 });
    return () => cancelIdleCallback(asked);
  }, []);
  return idle;
}
