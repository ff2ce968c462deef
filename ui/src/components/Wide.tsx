import { useLayoutEffect, useRef, type ReactNode } from "react";

/**
 * What may be wider than the window: it scrolls by itself, with the keyboard too.
 *
 * A table that is ``stacked`` has a card for each row where the window is narrow, so that nobody has to scroll for the money.
 */
export function Wide({ label, stacked, children }: { label: string; stacked?: boolean; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (stacked && place.current) labelled(place.current);
  });
  return (
    <div ref={place} className={stacked ? "wide stacked" : "wide"} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** Give each cell the word of its column, and say what it is: a cell that is not drawn as one is not read as one either. */
function labelled(place: HTMLElement): void {
  const heads = [...place.querySelectorAll("thead th")].map((head) => head.textContent ?? "");
  place.querySelector("table")?.setAttribute("role", "table");
  for (const part of place.querySelectorAll("thead, tbody")) part.setAttribute("role", "rowgroup");
  for (const row of place.querySelectorAll("tr")) row.setAttribute("role", "row");
  for (const head of place.querySelectorAll("thead th")) head.setAttribute("role", "columnheader");
  for (const row of place.querySelectorAll("tbody tr"))
    [...row.children].forEach((cell, number) => {
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
      cell.setAttribute("data-label", heads[number] ?? "");
    });
}
