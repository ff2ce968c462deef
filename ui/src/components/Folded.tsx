import { useState, type ReactNode } from "react";

/** What is drawn only once somebody wants to see it. */
export function Folded({ summary, open = false, children }: { summary: ReactNode; open?: boolean; children: () => ReactNode }) {
  const [shown, show] = useState(open);
  return (
    <details open={shown} onToggle={(event) => show(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {shown ? children() : null}
    </details>
  );
}
